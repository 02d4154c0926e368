/**
 * An incident under the loader of its own image: the image unpacked, the host's files put where the report says, and what breaks or
 * goes on there started by chroot. The words that the report promises must be among those of the loader.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { MountReport, Report } from "../../src/index.js";
import { writeFiles } from "../support/story-image.js";
import { X86_64_INTERPRETER, type Files } from "../support/story-files.js";
import { mountInto, start } from "../support/story-real.js";
import type { Incident } from "./incident.js";
import type { Stage } from "./play-incident.js";

/** A program that needs its C library and nothing else, and ends well. */
const PROBE = "/containerspec-probe";
/** What is started; anything else is loaded into the probe. */
const IS_PROGRAM = /\/s?bin\//;
const IS_LOADER = /\/ld-linux[^/]*$/;
/** How a loader begins to say that a program does not start. */
const COMPLAINT = /error while loading shared libraries|symbol lookup error|relocation error|version `[^']*' not found/;

export interface RealAnswer {
  /** programs and libraries that the loader refuses; in a library's place its path */
  readonly refused: readonly string[];
  /** words that the report promises, and the loader does not say */
  readonly unsaid: readonly string[];
}

/** Whether the loader of this image can be run here at all: glibc's, for this machine. */
export function isPlayable({ image }: Incident): boolean {
  return image.packages.every(
    ({ architecture = "amd64", names }) => architecture === "amd64" && !names.includes("musl"),
  );
}

/** Asks the image's own loader about what is mounted, about each program, and about everyone whom the report says to break. */
export function askRealLoader(stage: Stage, { programs = [] }: Incident, report: Report): RealAnswer {
  const [mount] = report.mounts;
  if (mount === undefined) throw new Error("no library was judged");
  const root = join(stage.folder, "root");
  rmSync(root, { recursive: true, force: true });
  writeFiles(root, withProbe(stage.image));
  mountInto(root, join(stage.folder, "host"), mount);
  const fatal = mount.findings.filter(
    ({ severity, loaderMessage }) => severity === "error" && loaderMessage !== undefined,
  );
  const subjects = new Set([...programs, mount.target, ...fatal.flatMap((finding) => finding.subjects)]);
  const refused: string[] = [];
  const unsaid: string[] = [];
  for (const subject of subjects) {
    if (IS_LOADER.test(subject)) continue; // it is in every process, whoever opens it
    const run = IS_PROGRAM.test(subject)
      ? start(root, subject, report, {})
      : start(root, PROBE, report, { LD_PRELOAD: subject });
    if (COMPLAINT.test(run.stderr)) refused.push(subject);
    // The loader stops at its first trouble, where the report goes on: one of its sentences is enough.
    const promised = fatal.filter((finding) => finding.subjects.includes(subject));
    const words = promised.map(({ loaderMessage }) => toOwnWords(loaderMessage ?? ""));
    if (words.length > 0 && !words.some((text) => run.stderr.includes(text)))
      unsaid.push(`${subject}: ${words[0] ?? ""}`);
  }
  return { refused: refused.sort(), unsaid };
}

/** A sentence without the program that was started: it was told of the first subject, and others meet the same. */
function toOwnWords(loaderMessage: string): string {
  return loaderMessage.replace(/^\/\S+: (?=\/|symbol lookup|relocation|error while)/, "");
}

function withProbe(image: Files): Files {
  const elf = { interp: X86_64_INTERPRETER, needed: ["libc.so.6"] };
  return { ...image, [PROBE]: { elf, mode: 0o755 } };
}

/** Whom the report says the loader to refuse. */
export function refusedBy({ findings }: MountReport): readonly string[] {
  const fatal = findings.filter(({ severity, loaderMessage }) => severity === "error" && loaderMessage !== undefined);
  return [...new Set(fatal.flatMap(({ subjects }) => subjects))].filter((path) => !IS_LOADER.test(path)).sort();
}

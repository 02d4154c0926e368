/** An incident played through: its image as a tarball, its host as a folder, and one report for each question. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { analyze, readHost, type MountReport, type Report } from "../../src/index.js";
import { writeFiles, toImageTar } from "../support/story-image.js";
import type { Files } from "../support/story-files.js";
import { readSystem } from "./debian-files.js";
import type { Incident, Question } from "./incident.js";

export interface Stage {
  readonly folder: string;
  readonly image: Files;
}

/** Writes `image.tar` and `host/` into a folder. */
export function setStage({ image, host }: Incident, folder: string): Stage {
  mkdirSync(folder, { recursive: true });
  const files = readSystem(image);
  const architecture = image.packages[0]?.architecture ?? "amd64";
  const env = image.env ?? [];
  writeFileSync(join(folder, "image.tar"), toImageTar({ layers: [files], architecture, env }));
  writeFiles(join(folder, "host"), readSystem(host));
  return { folder, image: files };
}

/** The report on one question. */
export async function ask(folder: string, { library, placement, companions, mounts = [] }: Question): Promise<Report> {
  return analyze(join(folder, "image.tar"), {
    host: await readHost(join(folder, "host"), { trees: mounts.map((bind) => bind.split(":")[0] ?? bind) }),
    libraries: [library],
    ...(placement === undefined ? {} : { placement }),
    ...(companions === undefined ? {} : { companions }),
    ...(mounts.length === 0 ? {} : { mounts }),
  });
}

/** A report in the terms of a question, as far as the question goes into them. */
export function toAnswer(report: Report, question: Question): Question {
  const {
    library,
    placement,
    companions,
    mounts,
    loader,
    findings: named,
    names,
    breaks,
    suggested,
    target,
  } = question;
  const [mount] = report.mounts.filter(({ soname }) => mounts === undefined || soname === library);
  if (mount === undefined || report.mounts.length !== 1 + (mounts ?? []).length)
    throw new Error(`not what was asked about: ${report.mounts.map(({ soname }) => soname).join()}`);
  // What is mounted together has one verdict, and all its findings belong to it.
  const findings = report.set?.findings ?? mount.findings;
  return {
    library,
    ...(placement === undefined ? {} : { placement }),
    ...(companions === undefined ? {} : { companions }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(loader === undefined ? {} : { loader: mount.loader }),
    verdict: mount.verdict,
    findings: namedFindings(findings).filter((finding) => finding.startsWith("error ") || named.includes(finding)),
    ...(names === undefined ? {} : { names: names.filter((name) => wordsOf(findings).includes(name)) }),
    ...(breaks === undefined ? {} : { breaks: brokenBy(findings) }),
    ...(suggested === undefined ? {} : { suggested: mount.suggested }),
    ...(target === undefined ? {} : { target: mount.target }),
  };
}

function wordsOf(findings: MountReport["findings"]): string {
  return findings.map(({ message, loaderMessage }) => `${message}\n${loaderMessage ?? ""}`).join("\n");
}

/** Everyone whom an error concerns. */
function brokenBy(findings: MountReport["findings"]): readonly string[] {
  const subjects = findings.filter(({ severity }) => severity === "error").flatMap((finding) => finding.subjects);
  return [...new Set(subjects)].sort();
}

/** Each finding's severity and rule. Errors must be those that the question names; of warnings and notes it names what counts. */
function namedFindings(findings: MountReport["findings"]): Question["findings"] {
  return [...new Set(findings.map(({ severity, rule }) => `${severity} ${rule}` as const))];
}

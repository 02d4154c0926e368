/** Which findings an acceptance is about. The narrower it is written, the less passes that nobody has thought of. */
import { baseNameOf, withoutTag } from "../compare/identity.js";
import type { Finding, MountReport, Report } from "../report.js";
import { matchesGlob } from "../rootfs/glob.js";
import type { Acceptance } from "./policy.js";

/** A finding where it stands. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly report: Report;
  /** the library, "the set" or "the image", as formats name it */
  readonly about: string;
  /** absent for the image and a set */
  readonly mount?: MountReport;
}

/** Every finding of a report: about the image, the set, and each library. */
export function placeFindings(report: Report): readonly PlacedFinding[] {
  return [
    ...report.image.findings.map((finding) => ({ finding, report, about: "the image" })),
    ...(report.set?.findings ?? []).map((finding) => ({ finding, report, about: "the set" })),
    ...report.mounts.flatMap((mount) => mount.findings.map((finding) => placeOfMount(finding, report, mount))),
  ];
}

export function placeOfMount(finding: Finding, report: Report, mount: MountReport): PlacedFinding {
  return { finding, report, about: mount.soname, mount };
}

/** Whether an acceptance is about a finding, ended or not. */
export function accepts(acceptance: Acceptance, { finding, report, mount }: PlacedFinding): boolean {
  const { rule, library, consumers } = acceptance;
  if (rule !== finding.rule || !isAbout(acceptance, report)) return false;
  if (library !== undefined && !matchesAny(library, mount === undefined ? [] : [mount.soname])) return false;
  if (consumers === undefined) return true;
  // The mounted file itself is concerned by its own trouble.
  const others = finding.subjects.filter((path) => path !== mount?.target);
  return others.length > 0 && others.every((path) => consumers.some((pattern) => matchesGlob(pattern, path)));
}

/** Whether it is about this image on this host. */
export function isAbout({ image, host }: Acceptance, report: Report): boolean {
  if (image !== undefined && !matchesAny(image, namesOfImage(report))) return false;
  return host === undefined || matchesAny(host, namesOfHost(report));
}

/** What a policy may call an image: with its tag and without, and its file with and without the folders. */
function namesOfImage({ image: { reference, source } }: Report): readonly string[] {
  const ofReference = reference === undefined ? [] : [reference, withoutTag(reference)];
  return [...ofReference, source, baseNameOf(source)];
}

/** What a policy may call a host: its file or "live", and the name of its system. */
export function namesOfHost({ host: { source, name } }: Report): readonly string[] {
  return [source, baseNameOf(source), name];
}

function matchesAny(pattern: string, names: readonly string[]): boolean {
  return names.some((name) => matchesGlob(pattern, name));
}

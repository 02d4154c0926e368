/** Mounts and findings for the text report, with only what a test is about. */
import type { Finding, MountReport } from "../../src/report.js";

/** A library of the host that requires a version of the image's libc.so.6. */
export function lacksVersion(soname: string, version: string, more: Partial<Finding> = {}): Finding {
  const requiredBy = `/lib/${soname}`;
  return {
    rule: "version-not-defined",
    severity: "error",
    message: `The host's ${soname} needs ${version}, which the image's /lib/libc.so.6 does not define`,
    subjects: ["/usr/bin/app", requiredBy],
    loaderMessage: `/lib/libc.so.6: version \`${version}' not found (required by ${requiredBy})`,
    evidence: [
      { kind: "version", name: version, requiredBy, provider: "/lib/libc.so.6", defined: [] },
      { kind: "file", role: "requires the version", path: requiredBy, side: "host" },
      { kind: "file", role: "should define it", path: "/lib/libc.so.6", side: "image" },
    ],
    ...more,
  };
}

/** Half of a project, which a rule refuses whatever the loader says. */
export function splitsProject(soname: string, project: string): Finding {
  return {
    rule: "project-split",
    severity: "error",
    message: `${soname} of ${project} would come from the host`,
    subjects: [`/lib/${soname}`],
    evidence: [{ kind: "file", role: `part of ${project} that stays`, path: "/lib/libother.so", side: "image" }],
  };
}

export function unsafeMount(
  soname: string,
  findings: readonly Finding[],
  more: Partial<MountReport> = {},
): MountReport {
  return {
    soname,
    source: `/usr/lib/${soname}`,
    target: `/lib/${soname}`,
    loader: "broken",
    verdict: "unsafe",
    companions: [],
    companionMounts: [],
    suggested: [],
    suggestedMounts: [],
    consumers: 1,
    broken: 1,
    latent: 0,
    findings,
    ...more,
  };
}

import type { CompanionAnswer, CompanionFile } from "../../mounts/companion-files.js";
import { parentPath } from "../../rootfs/path.js";
import type { Evidence } from "../../report.js";
import { listSome } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A mounted library opens or reads files at run time that the host has and the image has not: it loads, and cannot do its work. */
export const companionMissing: MountRule = {
  id: "companion-missing",
  title: "What a mounted library needs beside it is missing",
  severity: "warning",
  *check({ companions, isReached }) {
    // What no search reaches needs nothing.
    if (!isReached) return;
    for (const answer of companions) {
      const { landing, need, leadNowhere } = answer;
      const isPassed = need.kind === "device" || need.kind === "socket" || need.kind === "environment";
      if (need.weight === "useful" || isPassed) continue;
      const { name } = landing.candidate;
      if (leadNowhere.length > 0) {
        yield {
          message: `${name} of the host ${VERBS[need.kind] ?? "needs"} ${listSome(distinct(leadNowhere, "path"), 3)}, and the image does not have what ${leadNowhere.length === 1 ? "that leads" : "they lead"} to, ${listSome(distinct(leadNowhere, "to"), 3)}: mount that along`,
          subjects: [landing.target],
          evidence: leadNowhere
            .slice(0, 20)
            .map(({ path, to }) => ({ kind: "value", what: path, found: "nothing", expected: to })),
        };
      } else if (!answer.isThere) {
        yield {
          message: `${name} of the host ${VERBS[need.kind] ?? "needs"} ${listMissing(answer)} at run time, and the image does not have ${countMissing(answer) === 1 ? "it" : "them"}: without ${countMissing(answer) === 1 ? "it" : "them"}, ${need.without}${need.isSilent ? ", without a word" : ""}`,
          subjects: [landing.target],
          evidence: toEvidence(answer),
        };
      }
    }
  },
};

const VERBS: Readonly<Partial<Record<CompanionAnswer["need"]["kind"], string>>> = {
  plugins: "opens",
  library: "opens",
  drivers: "finds drivers by",
  manifest: "is found by",
  configuration: "reads",
  data: "reads",
};

function distinct(leadNowhere: CompanionAnswer["leadNowhere"], key: "path" | "to"): readonly string[] {
  return [...new Set(leadNowhere.map((one) => one[key]))];
}

function countMissing({ files, libraries }: CompanionAnswer): number {
  return files.length + libraries.length;
}

/** "/usr/lib/x86_64-linux-gnu/libibverbs/libefa-rdmav34.so and 17 more" */
function listMissing({ files, libraries }: CompanionAnswer): string {
  return listSome([...files.map(({ target }) => target), ...libraries.map(({ name }) => name)], 1);
}

function toEvidence({ files, libraries, need }: CompanionAnswer): Evidence[] {
  const folders = new Set(files.map(({ source }: CompanionFile) => parentPath(source)));
  return [
    ...[...folders].map((path): Evidence => ({
      kind: "file",
      role: `folder of ${need.kind} on the host`,
      path,
      side: "host",
    })),
    ...files
      .slice(0, 20)
      .map(({ source }): Evidence => ({ kind: "file", role: "missing in the image", path: source, side: "host" })),
    ...libraries.map(({ path }): Evidence => ({ kind: "file", role: "missing in the image", path, side: "host" })),
  ];
}

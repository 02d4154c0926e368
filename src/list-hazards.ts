/** What the rules about images say of one where nobody mounts anything. */
import { abiOf } from "./loader/identity.js";
import { findMachineFacts } from "./loader/machine.js";
import type { Baseline } from "./mounts/baseline.js";
import { findImageHazards } from "./mounts/image-hazards.js";
import { findMalformed } from "./mounts/subject.js";
import type { OpenedNeeds } from "./open-needs.js";
import type { Finding } from "./report.js";
import { judgeImage } from "./rules/judge.js";

/** The worst first. @param baseline every program and library of the image, loaded */
export function listHazards({ opened, side: { subject } }: OpenedNeeds, baseline: Baseline): readonly Finding[] {
  const { like } = subject;
  const machine = like === undefined ? undefined : findMachineFacts(abiOf(like))?.name;
  return judgeImage({
    remarks: opened.remarks.map(({ code, message, path }) => ({
      code,
      message,
      ...(path === undefined ? {} : { path }),
    })),
    malformed: findMalformed(subject),
    hazards: findImageHazards(subject, baseline),
    ...(machine === undefined ? {} : { machine }),
  });
}

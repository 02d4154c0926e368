import type { DriverReleases } from "../../mounts/driver-releases.js";
import { listSome } from "../wording.js";
import type { MountRule, Observation } from "../rule.js";

/** Parts of a driver that are of several releases, or of another one than the kernel module that they talk to: they load, and refuse to work. */
export const driverReleaseDiffers: MountRule = {
  id: "driver-release-differs",
  title: "A driver's libraries are not of its kernel module's release",
  severity: "error",
  *check({ drivers, isReached }) {
    if (!isReached) return;
    for (const of of drivers) {
      yield* checkTogether(of);
      yield* checkKernelModule(of);
    }
  },
};

/** Those of forward compatibility are one release among themselves, and another than the driver's. */
function* checkTogether({ driver, parts }: DriverReleases): Generator<Observation> {
  for (const isCompat of [false, true]) {
    const those = parts.filter((part) => part.isCompat === isCompat);
    const releases = [...new Set(those.map(({ release }) => release))].sort();
    if (releases.length < 2) continue;
    yield {
      message: `Parts of ${driver} of several releases would be mounted together (${listSome(releases, 3)}): all parts of a driver must be of one`,
      subjects: those.map(({ landing }) => landing.target),
      evidence: those.slice(0, 20).map(({ landing, release }) => ({
        kind: "file",
        role: `of release ${release}`,
        path: landing.candidate.realPath,
        side: "host",
      })),
    };
  }
}

function* checkKernelModule({ driver, parts, kernelModule }: DriverReleases): Generator<Observation> {
  if (kernelModule === undefined) return;
  const { name, release } = kernelModule;
  const others = parts.filter((part) => !part.isCompat && part.release !== release);
  if (others.length === 0) return;
  const names = others.map(({ landing }) => landing.candidate.name);
  const releases = [...new Set(others.map((part) => part.release))].sort();
  yield {
    message: `${listSome(names, 3)} of ${driver} ${names.length === 1 ? "is" : "are"} of release ${listSome(releases, 3)}, and the host's kernel module ${name} of ${release}: it answers libraries of its own release alone`,
    subjects: others.map(({ landing }) => landing.target),
    evidence: others.slice(0, 20).map((part) => ({
      kind: "value",
      what: `release of ${part.landing.candidate.realPath}`,
      found: part.release,
      expected: release,
    })),
  };
}

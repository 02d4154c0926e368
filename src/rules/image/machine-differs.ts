import type { ImageRule } from "../rule.js";

/** The image's programs are for another machine than the host is: nothing in it runs there, mounted libraries or not. */
export const machineDiffers: ImageRule = {
  id: "machine-differs",
  title: "The image is for another machine than the host",
  severity: "error",
  *check({ machine, hostMachine }) {
    if (machine === undefined || hostMachine === undefined || machine === hostMachine) return;
    if (RUNS_ALSO[hostMachine]?.includes(machine) === true) return;
    yield {
      message: `The image's programs are for ${machine}, and the host is ${hostMachine}: choose the image of the host's platform with --platform, or a host of the image's`,
      subjects: [],
      evidence: [{ kind: "value", what: "machine", found: machine, expected: hostMachine }],
    };
  },
};

/** Machines whose kernels run another machine's programs too. */
const RUNS_ALSO: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["i386", "x32"],
  aarch64: ["armhf", "arm"],
  s390x: ["s390"],
};

import type { ImageRule } from "../rule.js";

/** The search for a driver's library ends at the toolkit's stand-in, which is there to link with and does nothing. */
export const driverStubFound: ImageRule = {
  id: "driver-stub-found",
  title: "A search for the driver ends at a stand-in",
  severity: "note",
  *check({ hazards: { stubs } }) {
    for (const path of new Set(stubs.map((stub) => stub.path))) {
      const names = stubs.filter((stub) => stub.path === path).map(({ name }) => name);
      yield {
        message: `The image's loader finds ${names.join(" and ")} at ${path}, which is there to link with and does nothing: programs that get it find no GPU`,
        subjects: [path],
        evidence: names.map((name) => ({ kind: "file", role: `found for ${name}`, path, side: "image" })),
      };
    }
  },
};

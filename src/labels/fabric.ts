/** What carries messages between machines: org.supercontainers.communication.framework and org.supercontainers.libfabric.abi.version of "compspec". */
import type { LabelFamily } from "./family.js";

const FRAMEWORK = "org.supercontainers.communication.framework";
const ABI = "org.supercontainers.libfabric.abi.version";
/** The two that MPI libraries are built on. */
const FRAMEWORKS = new Set(["ucx", "libfabric"]);

export const FABRIC_LABELS: LabelFamily = {
  keys: [
    { key: FRAMEWORK, compare: "word" },
    { key: ABI, compare: "release" },
  ],
  derive({ fabric }) {
    const found = fabric.filter(({ family }) => FRAMEWORKS.has(family));
    const evidence = (one: (typeof found)[number]): readonly string[] => [`it has ${one.parts[0]?.path ?? one.name}`];
    const [first, ...rest] = found;
    const libfabric = found.find(({ family }) => family === "libfabric");
    return {
      labels: [
        ...(first === undefined || rest.length > 0
          ? []
          : [{ key: FRAMEWORK, value: first.family, evidence: evidence(first) }]),
        ...(libfabric?.api === undefined
          ? []
          : [
              {
                key: ABI,
                value: libfabric.api,
                evidence: [`${evidence(libfabric)[0] ?? ""}, which defines FABRIC_${libfabric.api}`],
              },
            ]),
      ],
      undecided:
        rest.length === 0 ? [] : [{ key: FRAMEWORK, reason: `it has ${found.map(({ name }) => name).join(" and ")}` }],
      absent: {
        ...(first === undefined ? { [FRAMEWORK]: "it has neither UCX nor libfabric" } : {}),
        ...(libfabric === undefined ? { [ABI]: "it has no libfabric" } : {}),
      },
    };
  },
};

/**
 * Which GPU libraries an image needs: org.supercontainers.gpu of 2019, and org.supercontainers.hardware.gpu.* of "compspec". What counts is
 * what its files load or bring; a name that stands in some library as a text is a possibility that most images have.
 */
import type { InspectReport } from "../inspect-schema.js";
import type { Derived, Label, LabelFamily } from "./family.js";

const GPU = "org.supercontainers.gpu";
const ENABLED = "org.supercontainers.hardware.gpu.enabled";
const DRIVER = "org.supercontainers.hardware.gpu.driver.version";
const CUDA = "org.supercontainers.hardware.gpu.cuda.version";

/** Values of the label, those that bind an image most first, with the names of libraries that stand for them. */
const KINDS = [
  { value: "cuda", libraries: /^libcuda(?:rt)?\.so(?:\.|$)/ },
  { value: "rocm", libraries: /^lib(?:amdhip64|hsa-runtime64)\.so(?:\.|$)/ },
  { value: "opencl", libraries: /^libOpenCL\.so(?:\.|$)/ },
] as const;

/** libcudart.so.12.4.127: the release of CUDA, and a number of the build */
const CUDART = /\/libcudart\.so\.(\d+\.\d+)\.\d+$/;

export const GPU_LABELS: LabelFamily = {
  keys: [
    { key: GPU, compare: "word" },
    { key: ENABLED, compare: "word" },
    { key: DRIVER, compare: "release" },
    { key: CUDA, compare: "release" },
  ],
  derive(report) {
    const found = KINDS.flatMap(({ value, libraries }) => {
      const evidence = listEvidence(report, value, libraries);
      return evidence.length === 0 ? [] : [{ value, evidence }];
    });
    const [first] = found;
    const others = found.slice(1).map(({ value }) => value);
    const reason = "nothing in it loads or brings CUDA, ROCm or OpenCL";
    const labels: Label[] = first === undefined ? [] : [{ key: GPU, ...first, others }];
    if (first !== undefined && first.value !== "opencl") labels.push({ ...first, key: ENABLED, value: "true" });
    const versions = deriveVersions(report);
    return {
      labels: [...labels, ...versions.labels],
      undecided: [
        ...(first?.value === "opencl" ? [{ key: ENABLED, reason: "OpenCL runs on processors too" }] : []),
        ...(versions.undecided ?? []),
      ],
      ...(first === undefined ? { absent: { [GPU]: reason } } : {}),
    };
  },
};

function listEvidence(report: InspectReport, value: string, pattern: RegExp): readonly string[] {
  const asked = report.drivers
    .filter(({ name, how }) => how !== "text" && pattern.test(name))
    .map(({ name, by }) => `${by[0] ?? "a program"} asks for ${name}`);
  const there = report.libraries.filter(({ name }) => pattern.test(name)).map(({ path }) => `it has ${path}`);
  const required = (value === "cuda" ? (report.cuda?.requirements ?? []) : []).map(
    (one) => `its environment has ${one}`,
  );
  return [...new Set([...asked, ...there, ...required])];
}

function deriveVersions({ gpu, libraries }: InspectReport): Derived {
  const nvidia = gpu.find(({ family }) => family === "nvidia");
  const driver = nvidia?.parts.find(({ role, version }) => role === "driver" && version !== undefined);
  const runtimes = new Map(
    libraries.flatMap(({ path }) => {
      const release = CUDART.exec(path)?.[1];
      return release === undefined ? [] : [[release, path] as const];
    }),
  );
  const [runtime] = runtimes;
  const isOne = runtimes.size === 1 && runtime !== undefined;
  return {
    labels: [
      ...(driver?.version === undefined
        ? []
        : [{ key: DRIVER, value: driver.version, evidence: [`it has ${driver.path}`] }]),
      ...(isOne ? [{ key: CUDA, value: runtime[0], evidence: [`it has ${runtime[1]}`] }] : []),
    ],
    ...(runtimes.size > 1
      ? { undecided: [{ key: CUDA, reason: `it has the runtimes of ${[...runtimes.keys()].join(" and ")}` }] }
      : {}),
  };
}

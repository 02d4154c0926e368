/** Each form by itself: what is written in it is what it says when it is read, and nothing of another form is taken for it. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Claims } from "../../src/artifacts/claims.js";
import { NO_CLAIMS } from "../../src/artifacts/format.js";
import { ARTIFACT_FORMATS, readArtifactDocument } from "../../src/artifacts/formats.js";
import { findCpuidLevel, toCpuidNames } from "../../src/artifacts/cpuid-names.js";
import { parseYaml } from "../../src/yaml.js";

const CLAIMS: Claims = {
  subject: { digest: `sha256:${"a".repeat(64)}`, reference: "heat:1", platform: "linux/amd64", base: "debian:12" },
  machine: "x86_64",
  libc: { family: "glibc", version: "2.36" },
  os: { id: "debian", versionId: "12", name: "Debian GNU/Linux 12 (bookworm)" },
  mpi: [{ family: "open-mpi", version: "4.1.4", path: "/usr/lib/x86_64-linux-gnu/libmpi.so.40.30.4" }],
  gpu: ["nvidia"],
  fabric: ["libfabric"],
  target: "x86_64_v3",
  refusesBelow: { kernel: "3.2.0", isa: "x86-64-v2" },
  madeFor: { kernel: "5.10.3", isa: "x86-64-v3" },
  starts: "yes",
  needs: [{ name: "libcuda.so.1", project: "NVIDIA's driver" }],
};

const documentOf = (text: string): unknown => {
  const document = parseYaml(text, { scalars: "core" });
  return document.kind === "document" ? document.value : undefined;
};
const formatOf = (name: string) =>
  ARTIFACT_FORMATS.find((one) => one.name === name) as (typeof ARTIFACT_FORMATS)[number];
const readBack = (name: string, claims: Claims): Claims | undefined =>
  formatOf(name).read(documentOf(formatOf(name).write(claims)));

const checkNfd = new Ajv2020({ allErrors: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(new URL("nfd-schema.json", import.meta.url), "utf8")) as object,
);

test.each(ARTIFACT_FORMATS.map(({ name }) => name))("%s is known by its content", (name) => {
  for (const claims of [CLAIMS, { ...NO_CLAIMS, machine: "x86_64" }, { ...CLAIMS, starts: "no" as const }])
    expect(readArtifactDocument(documentOf(formatOf(name).write(claims)))?.format.name).toBe(name);
});

test.each(["compspec", "oci-b", "oci-h", "oci-j"])("%s has room for all that decides", (name) => {
  const { subject, machine, libc, refusesBelow, madeFor, starts, needs } = CLAIMS;
  const { digest, reference, platform } = subject as Required<Claims["subject"]>;
  expect(readBack(name, CLAIMS)).toMatchObject({
    ...{ subject: { digest, reference, platform }, machine, libc, refusesBelow, madeFor, starts, needs },
  });
});

describe("a value that makes no sense", () => {
  const written = formatOf("oci-b").write(CLAIMS);
  test.each([
    ["a level that is not known", '"refuses-below.isa": "x86-64-v2"', '"refuses-below.isa": "x86-64-v9"'],
    ["a kernel that is none", '"made-for.kernel": "5.10.3"', '"made-for.kernel": "new"'],
    ["attributes of a later form", '"version": "1"', '"version": "2"'],
    ["another word for the start", '"starts": "yes"', '"starts": "YES"'],
  ])("%s: then nothing says that it starts", (_, from, to) => {
    expect(written).toContain(from);
    expect(formatOf("oci-b").read(JSON.parse(written.replace(from, to)))?.starts).toBeUndefined();
  });
});

describe("nfd", () => {
  test.each([
    ["all claims", CLAIMS],
    ["none", NO_CLAIMS],
    ["a start that fails", { ...CLAIMS, starts: "no" as const }],
    ["an arm machine", { ...NO_CLAIMS, machine: "aarch64", refusesBelow: { kernel: "3.7.0" } }],
  ])("conforms to the shape of v1alpha1: %s", (_, claims) => {
    checkNfd(documentOf(formatOf("nfd").write(claims)));
    expect(checkNfd.errors).toBeNull();
  });

  test("asks for the kernel in numbers, for the CPU by its features, and for a device by its vendor", () => {
    const text = formatOf("nfd").write(CLAIMS);
    expect(text).toContain("kernel.version");
    expect(text).toContain("local.feature");
    expect(documentOf(text)).toMatchObject({
      compatibilities: [
        { tag: "starts", rules: [{ name: "starts: Linux 3.2.0" }, { name: "starts: x86-64-v2" }] },
        {
          tag: "made-for",
          rules: [
            { name: "made for: Linux 5.10.3" },
            { name: "made for: x86-64-v3" },
            { matchFeatures: [{ feature: "pci.device", matchExpressions: { vendor: { op: "In", value: ["10de"] } } }] },
          ],
        },
        { tag: "host-libraries" },
      ],
    });
  });

  test("says when it is read who is refused, and not that anything starts", () => {
    const read = readBack("nfd", CLAIMS);
    expect(read).toMatchObject({ machine: "x86_64", refusesBelow: CLAIMS.refusesBelow, madeFor: CLAIMS.madeFor });
    expect(read?.starts).toBeUndefined();
    expect(readBack("nfd", { ...CLAIMS, starts: "no" })).toEqual(NO_CLAIMS);
  });

  test("refuses nobody by a rule that it does not understand, or that not every set has", () => {
    const rule = (feature: string, name: string, op: string, value: readonly string[] = []) => ({
      name: "theirs",
      matchFeatures: [{ feature, matchExpressions: { [name]: { op, value } } }],
    });
    const read = (...sets: readonly (readonly object[])[]) =>
      formatOf("nfd").read({ version: "v1alpha1", compatibilities: sets.map((rules) => ({ rules })) });
    expect(read([rule("cpu.model", "vendor_id", "In", ["Intel"]), rule("cpu.cpuid", "AVX2", "Exists")])).toEqual(
      NO_CLAIMS,
    );
    const v2 = toCpuidNames("x86-64-v2").map((name) => rule("cpu.cpuid", name, "Exists"));
    expect(read(v2)?.refusesBelow).toEqual({ isa: "x86-64-v2" });
    expect(read(v2, [])?.refusesBelow).toEqual({});
  });
});

test("what a CPU's level has is found again among the names of its features", () => {
  for (const level of ["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4", "armv8-a", "armv8.2-a"])
    expect(findCpuidLevel(new Set(toCpuidNames(level)))).toBe(level);
  expect(findCpuidLevel(new Set(["AVX2"]))).toBeUndefined();
});

test("compspec's and ocifit's own words are read however they were written", () => {
  expect(
    formatOf("compspec").read({
      version: "0.0.0",
      kind: "CompatibilitySpec",
      compatibilities: [
        {
          name: "org.supercontainers",
          version: "0.0.0",
          attributes: { "mpi.implementation": "OpenMPI", "mpi.version": "4.1.6" },
        },
      ],
    }),
  ).toMatchObject({ mpi: [{ family: "open-mpi", version: "4.1.6" }] });
  expect(readBack("ocifit", CLAIMS)).toMatchObject({
    machine: "x86_64",
    mpi: [{ family: "open-mpi", version: "4.1.4" }],
  });
  expect(readBack("ocifit", CLAIMS)?.starts).toBeUndefined();
});

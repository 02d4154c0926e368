/**
 * Node Feature Discovery's image compatibility specification. A node fits where one of the sets does, so that each of them asks for
 * whatever the one before asks for, and more. What an image starts such rules cannot say: read back, they say who is refused.
 */
import { stringifyYaml } from "../../yaml.js";
import type { Bounds, Claims } from "../claims.js";
import { findCpuidLevel, toCpuidNames } from "../cpuid-names.js";
import { NO_CLAIMS, type ArtifactFormat } from "../format.js";
import { readKernelRule, toKernelRule } from "./kernel-rule.js";
import { findPciVendor } from "./pci-vendors.js";
import { specSchema, VERSION, type CompatibilitySet, type Rule } from "./spec.js";

export const nfd: ArtifactFormat = {
  name: "nfd",
  title: "Node Feature Discovery's image compatibility, v1alpha1",
  status: "in use",
  artifactType: "application/vnd.nfd.image-compatibility.v1alpha1",
  mediaType: "application/vnd.nfd.image-compatibility.spec.v1alpha1+yaml",
  fileName: "nfd-compatibility.yaml",
  write: (claims) => stringifyYaml({ version: VERSION, compatibilities: toSets(claims) }),
  read: (document) => {
    const read = specSchema.safeParse(document);
    return read.success ? readSets(read.data.compatibilities) : undefined;
  },
};

function toSets(claims: Claims): readonly CompatibilitySet[] {
  const { machine, refusesBelow, madeFor, starts, needs, libc } = claims;
  if (starts === "no") return [toImpossible()];
  const baseline = { x86_64: "x86-64-v1", aarch64: "armv8-a" }[machine ?? ""];
  const least: Bounds = { ...(baseline === undefined ? {} : { isa: baseline }), ...refusesBelow };
  const starting = toRules("starts", least);
  const made = [...toRules("made for", { ...least, ...madeFor }), ...toDeviceRules(needs)];
  const mounting = libc?.family === "glibc" && needs.length > 0 ? toGlibcRule(libc.version) : undefined;
  return [
    { tag: "starts", weight: 1, description: "what nothing in it refuses to start on", rules: starting },
    // The same twice would only be said twice.
    ...(isSame(made, starting)
      ? []
      : [
          {
            tag: "made-for",
            weight: 50,
            description: "what its C library and its programs were made for",
            rules: made,
          },
        ]),
    ...(mounting === undefined
      ? []
      : [
          {
            tag: "host-libraries",
            weight: 100,
            description:
              "nodes whose C library is no newer than the image's, so that their libraries find theirs in it",
            rules: [...made, mounting],
          },
        ]),
  ];
}

/** Whether rules ask for the same, whatever they are called. */
function isSame(left: readonly Rule[], right: readonly Rule[]): boolean {
  const [a, b] = [left, right].map((rules) => JSON.stringify(rules.map((rule) => ({ ...rule, name: "" }))));
  return a === b;
}

function toRules(what: string, { kernel, isa }: Bounds): Rule[] {
  const names = isa === undefined ? [] : toCpuidNames(isa);
  const expressions = Object.fromEntries(names.map((name) => [name, { op: "Exists" as const }]));
  return [
    ...(kernel === undefined ? [] : [toKernelRule(`${what}: Linux ${kernel}`, kernel)]),
    ...(names.length === 0
      ? []
      : [{ name: `${what}: ${isa ?? ""}`, matchFeatures: [{ feature: "cpu.cpuid", matchExpressions: expressions }] }]),
  ];
}

/** A driver's library is of no use without its device. */
function toDeviceRules(needs: Claims["needs"]): Rule[] {
  const vendors = new Set(needs.flatMap(({ project }) => findPciVendor(project) ?? []));
  return [...vendors].map((vendor) => ({
    name: `made for: a device of PCI vendor ${vendor}`,
    matchFeatures: [{ feature: "pci.device", matchExpressions: { vendor: { op: "In" as const, value: [vendor] } } }],
  }));
}

/** Node Feature Discovery knows no C library: a site tells it with a file of local features (docs/artifacts.md). */
function toGlibcRule(version: string | undefined): Rule | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return {
    name: `host libraries: glibc up to ${major}.${minor}`,
    matchFeatures: [
      {
        feature: "local.feature",
        matchExpressions: {
          "glibc.major": { op: "In", value: [major] },
          "glibc.minor": { op: "Lt", value: [`${Number(minor) + 1}`] },
        },
      },
    ],
  };
}

function toImpossible(): CompatibilitySet {
  return {
    tag: "nowhere",
    description: "what it starts does not start on any machine",
    rules: [
      {
        name: "nowhere",
        matchFeatures: [{ feature: "kernel.version", matchExpressions: { major: { op: "Lt", value: ["0"] } } }],
      },
    ],
  };
}

/** A machine is refused where every set refuses it; what the best set asks for is what the image was made for. */
function readSets(sets: readonly CompatibilitySet[]): Claims {
  const bounds = sets.map(readBounds);
  const machine = bounds.every(({ isa }) => isa !== undefined) ? findMachine(bounds[0]?.isa) : undefined;
  return {
    ...NO_CLAIMS,
    ...(machine === undefined ? {} : { machine }),
    refusesBelow: toBounds(bounds, (texts) => (texts.length === sets.length ? texts[0] : undefined)),
    madeFor: toBounds(bounds, (texts) => texts.at(-1)),
  };
}

/** @param pick of the bounds that sets have, the lowest first */
function toBounds(all: readonly Bounds[], pick: (texts: readonly string[]) => string | undefined): Bounds {
  const sorted = (key: keyof Bounds): readonly string[] =>
    all.flatMap((one) => one[key] ?? []).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const [kernel, isa] = [pick(sorted("kernel")), pick(sorted("isa"))];
  return { ...(kernel === undefined ? {} : { kernel }), ...(isa === undefined ? {} : { isa }) };
}

/** Of rules that others wrote, what is not understood says nothing. */
function readBounds({ rules }: CompatibilitySet): Bounds {
  const kernel = rules.map(readKernelRule).find((one) => one !== undefined);
  const names = rules.flatMap(({ matchFeatures = [] }) =>
    matchFeatures
      .filter(({ feature }) => feature === "cpu.cpuid")
      .flatMap(({ matchExpressions = {} }) => Object.entries(matchExpressions))
      .flatMap(([name, { op }]) => (op === "Exists" ? [name] : [])),
  );
  const isa = findCpuidLevel(new Set(names));
  return { ...(kernel === undefined ? {} : { kernel }), ...(isa === undefined ? {} : { isa }) };
}

function findMachine(isa: string | undefined): string | undefined {
  if (isa?.startsWith("x86-64-") === true) return "x86_64";
  return isa?.startsWith("armv") === true ? "aarch64" : undefined;
}

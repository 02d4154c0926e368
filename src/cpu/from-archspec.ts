/**
 * archspec's own table in our shape, for those who keep one with microarchitectures of their own. What it does not have, numbers of x86
 * models and other numbers of Arm cores, is taken from ours where names and makers agree.
 */
import { FEATURE_ALIASES, type FeatureAlias } from "./features.js";
import type { CpuTable, Microarchitecture } from "./microarchitecture.js";
import { MICROARCHITECTURES } from "./microarchitectures.js";

/** What is read of microarchitectures.json; archspec describes the rest in its microarchitectures_schema.json. */
export interface ArchspecDocument {
  readonly microarchitectures: Readonly<
    Record<
      string,
      {
        readonly from: readonly string[];
        readonly vendor: string;
        readonly features: readonly string[];
        readonly generation?: number | undefined;
        readonly cpupart?: string | undefined;
      }
    >
  >;
  readonly feature_aliases: Readonly<
    Record<
      string,
      { readonly any_of?: readonly string[] | undefined; readonly families?: readonly string[] | undefined }
    >
  >;
}

/**
 * A table from archspec's document.
 *
 * @returns or the name of a microarchitecture whose parent is not there
 */
export function fromArchspec(document: ArchspecDocument): CpuTable | string {
  const entries = Object.entries(document.microarchitectures);
  const orphan = entries.find(([, { from }]) =>
    from.some((parent) => !Object.hasOwn(document.microarchitectures, parent)),
  );
  if (orphan !== undefined) return orphan[0];
  const targets = new Map(entries.map(([name, entry]) => [name, toMicroarchitecture(name, entry)]));
  const aliases = Object.entries(document.feature_aliases).map(([name, { any_of: anyOf, families }]): FeatureAlias => ({
    name,
    ...(anyOf === undefined ? {} : { anyOf }),
    ...(families === undefined ? {} : { machines: families }),
  }));
  return { targets, aliases: [...aliases, ...FEATURE_ALIASES] };
}

function toMicroarchitecture(name: string, entry: ArchspecDocument["microarchitectures"][string]): Microarchitecture {
  const vendor = entry.vendor === "generic" ? "" : entry.vendor;
  const known = MICROARCHITECTURES.targets.get(name);
  const {
    models,
    fromStepping,
    alsoBy,
    parts = [],
  } = known?.vendor === vendor ? known : ({} as Partial<Microarchitecture>);
  const part = entry.cpupart?.toLowerCase();
  const numbers = new Set([...(part?.startsWith("0x") === true ? [part] : []), ...parts]);
  return {
    name,
    parents: entry.from,
    vendor,
    features: [...entry.features].sort(),
    ...(entry.generation === undefined ? {} : { generation: entry.generation }),
    ...(numbers.size === 0 ? {} : { parts: [...numbers] }),
    ...(models === undefined ? {} : { models }),
    ...(fromStepping === undefined ? {} : { fromStepping }),
    ...(alsoBy === undefined ? {} : { alsoBy }),
  };
}

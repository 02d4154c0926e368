/** The configurations of two images: what their processes are started with and what is written on them; and the steps that made them. */
import type { HistoryEntry, ImageConfig } from "../../image/documents.js";
import type { FieldDiff, HistoryDiff } from "./image-diff-schema.js";
import type { BothSides } from "./image-side.js";

type Value = FieldDiff["before"];

/** Fields that differ, in a fixed order; of the environment and the labels each name by itself. */
export function compareConfig({ before, after }: BothSides<ImageConfig>): FieldDiff[] {
  const [left, right] = [listFields(before), listFields(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const order = (field: string): number => FIELDS.indexOf(field.replace(/\..*/s, ""));
  return names
    .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    .map((field) => ({ field, before: left.get(field) ?? null, after: right.get(field) ?? null }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

const FIELDS = [
  "platform",
  "entrypoint",
  "cmd",
  "user",
  "workingDir",
  "env",
  "exposedPorts",
  "volumes",
  "stopSignal",
  "shell",
  "healthcheck",
  "onBuild",
  "labels",
];

/** What is not said is not there. */
function listFields(config: ImageConfig): ReadonlyMap<string, Value> {
  const { platform, entrypoint, cmd, user = "", workingDir, env, labels, rest } = config;
  const { os, architecture, variant } = platform;
  const fields: readonly (readonly [string, string | readonly string[]])[] = [
    ["platform", [os, architecture, ...(variant === undefined ? [] : [variant])].join("/")],
    ["entrypoint", entrypoint],
    ["cmd", cmd],
    ["user", user],
    ["workingDir", workingDir],
    ...Object.entries(rest as unknown as Record<string, string | readonly string[]>),
    ...env.map((text): [string, string] => {
      const equals = text.indexOf("=");
      return equals === -1 ? [`env.${text}`, ""] : [`env.${text.slice(0, equals)}`, text.slice(equals + 1)];
    }),
    ...Object.entries(labels).map(([name, value]): [string, string] => [`labels.${name}`, value]),
  ];
  const isSaid = ([field, value]: (typeof fields)[number]): boolean => value.length > 0 || field.includes(".");
  return new Map(
    fields.filter(isSaid).map(([field, value]) => [field, typeof value === "string" ? value : [...value]]),
  );
}

/** Steps are compared from the base on: behind the first that differs, all are others. */
export function compareHistory({ before, after }: BothSides<ImageConfig>): HistoryDiff {
  const [left, right] = [toSteps(before), toSteps(after)];
  let shared = 0;
  while (shared < Math.min(left.length, right.length) && JSON.stringify(left[shared]) === JSON.stringify(right[shared]))
    shared += 1;
  return { shared, removed: left.slice(shared), added: right.slice(shared) };
}

function toSteps({ history = [] }: ImageConfig): HistoryDiff["added"] {
  return history.map(({ createdBy, isEmptyLayer }: HistoryEntry) => ({ createdBy, isEmptyLayer }));
}

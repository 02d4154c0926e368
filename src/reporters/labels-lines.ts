/** Labels in the forms that tools take: lines of a Dockerfile, options of a command line, and JSON. */
import type { LabelCheck } from "../labels/check.js";
import type { LabelReport } from "../labels.js";
import { quoteWord } from "./emit/shell.js";

type Labels = Pick<LabelReport, "labels">;

/** LABEL instructions. Between its quotes a value has three characters that mean something: quote, backslash and dollar. */
export function renderDockerfile({ labels }: Labels): string {
  return labels.map(({ key, value }) => `LABEL ${key}="${value.replace(/["\\$]/g, "\\$&")}"\n`).join("");
}

/** `--label` options of docker, podman and buildah, for a shell. */
export function renderFlags({ labels }: Labels): string {
  return labels.map(({ key, value }) => `--label ${quoteWord(`${key}=${value}`)}\n`).join("");
}

/** A file for `oras --annotation-file`: annotations of the manifest. */
export function renderAnnotations(report: Labels): string {
  return `${JSON.stringify({ $manifest: toObject(report) }, null, 2)}\n`;
}

/** An object of label to value. */
export function renderLabelObject(report: Labels): string {
  return `${JSON.stringify(toObject(report), null, 2)}\n`;
}

/** The checks, in a list under `checks`. */
export function renderCheckObject(checks: readonly LabelCheck[]): string {
  return `${JSON.stringify({ checks }, null, 2)}\n`;
}

function toObject({ labels }: Labels): Record<string, string> {
  return Object.fromEntries(labels.map(({ key, value }) => [key, value]));
}

/** What an update changes, for scripts. */
import { toDisplayText } from "../display-text.js";
import type { HostWarning, UpdatedFile } from "../update.js";
import { describeWarning } from "./update-warning.js";

/** Every change with its file. The fields are a contract: docs/update.md. */
export function renderUpdateJson(files: readonly UpdatedFile[]): string {
  const report = {
    schemaVersion: "1.0.0",
    files: files.length,
    created: files.flatMap(({ file, copiedFrom, changes }) =>
      copiedFrom === undefined || changes.length === 0
        ? []
        : [{ file: toDisplayText(file), copiedFrom: toDisplayText(copiedFrom) }],
    ),
    missing: files.flatMap(({ file, cannotBeMade }) => (cannotBeMade === true ? [toDisplayText(file)] : [])),
    changes: files.flatMap(({ file, changes }) =>
      changes.map(({ line, from, to, kind }) => ({
        ...{ file: toDisplayText(file), line, from: toDisplayText(from), to: toDisplayText(to), kind },
      })),
    ),
    notes: files.flatMap(({ file, notes }) =>
      notes.map(({ line, text }) => ({ file: toDisplayText(file), line, text: toDisplayText(text) })),
    ),
    warnings: files.flatMap(({ file, warnings }) => warnings.map((warning) => toRow(toDisplayText(file), warning))),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toRow(file: string, warning: HostWarning) {
  const { line, from, to, host, verdict, before, reasons, isHeld } = warning;
  return {
    ...{ file, line, from: toDisplayText(from), to: toDisplayText(to) },
    ...(host === undefined ? {} : { host }),
    verdict,
    ...(before === undefined ? {} : { before }),
    held: isHeld,
    reasons: reasons.map(({ id, message }) => ({ id, message })),
    text: describeWarning(warning),
  };
}

/** What an update changes, for scripts; and the files that change as the matrix of a GitHub workflow. */
import { toDisplayText } from "../display-text.js";
import type { UpdatedFile } from "../update.js";

/** Every change with its file. The fields are a contract: docs/update.md. */
export function renderUpdateJson(files: readonly UpdatedFile[]): string {
  const report = {
    schemaVersion: "1.0.0",
    files: files.length,
    changes: files.flatMap(({ file, changes }) =>
      changes.map(({ line, from, to, kind }) => ({
        ...{ file: toDisplayText(file), line, from: toDisplayText(from), to: toDisplayText(to), kind },
      })),
    ),
    notes: files.flatMap(({ file, notes }) =>
      notes.map(({ line, text }) => ({ file: toDisplayText(file), line, text: toDisplayText(text) })),
    ),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The files that an update changes, in one line, as `strategy.matrix` takes them through fromJSON. */
export function renderUpdateMatrix(files: readonly UpdatedFile[]): string {
  const rows = files.filter(({ changes }) => changes.length > 0).map(({ file }) => toDisplayText(file));
  return JSON.stringify(rows.map((name) => ({ name, filename: name, parser: "dockerfile" })));
}

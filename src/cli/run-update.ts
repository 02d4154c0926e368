/** `containerspec update` at work. */
import { appendFile } from "node:fs/promises";
import {
  ContainerspecError,
  findSharedNames,
  listBuilds,
  openTagSource,
  openVersions,
  update,
  writeUpdate,
  type BuildsOptions,
  type UpdatedFile,
} from "../index.js";
import { renderUpdateDiff } from "../reporters/update-diff.js";
import { renderUpdateJson } from "../reporters/update-json.js";
import { MATRIX_PARSERS, renderMatrix, toMatrixRows, type MatrixRow } from "../reporters/update-matrix.js";
import { renderUpdate } from "../reporters/update-text.js";
import { describeWarning } from "../reporters/update-warning.js";
import { askGithub, readGuard, toTags, type UpdateArguments } from "./asked-update.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const NOT_CURRENT = 1;

/** Looks, writes where it is told to, prints, and sets the exit code. */
export async function runUpdate(paths: readonly string[], options: UpdateArguments): Promise<void> {
  const { digests, labels, contentLabels, hierarchies, versions, fill = [], host, despiteHosts } = options;
  if (despiteHosts === true && host === undefined)
    throw new ContainerspecError("usage", "Cannot go ahead despite hosts where none is named: give --host as well");
  const opened = await openTagSource({ ...options, environment: process.env });
  for (const warning of opened.warnings) warn(warning);
  const progress = createProgressLine();
  try {
    const asking: BuildsOptions = {
      ...{ paths, digests, source: opened.source },
      ...(versions === undefined ? {} : { versions: await openVersions(versions, askGithub(process.env)) }),
    };
    const files = await update({
      ...asking,
      ...{ labels, contentLabels, hierarchies, images: opened.images },
      ...toTags(options),
      ...(fill.length === 0 && host === undefined ? {} : await readGuard(options, progress.show)),
    });
    const rows = options.format === "matrix" ? await listRows(files, asking, options.write === true) : [];
    progress.clear();
    if (options.record !== undefined) await writeResult(opened.renderLock(), options.record);
    if (options.write === true) await writeUpdate(files);
    // A patch and a matrix are for programs, which have no place for them.
    if (options.diff === true || options.format === "matrix") warnOfHosts(files);
    const output = options.format === "matrix" ? await renderRows(rows) : render(files, options);
    await writeResult(output, undefined);
    const isCurrent = files.every(({ changes, cannotBeMade }) => changes.length === 0 && cannotBeMade !== true);
    if (options.check === true && !isCurrent) process.exitCode = NOT_CURRENT;
  } finally {
    progress.clear();
  }
}

function render(files: readonly UpdatedFile[], options: UpdateArguments): string | Uint8Array {
  if (options.diff === true) return renderUpdateDiff(files);
  if (options.format === "json") return renderUpdateJson(files);
  const mode = options.write === true ? "write" : options.check === true ? "check" : "show";
  return renderUpdate(files, mode, standardOutput());
}

function warnOfHosts(files: readonly UpdatedFile[]): void {
  for (const { file, warnings } of files)
    for (const warning of warnings) warn(`${file}, line ${warning.line}: ${describeWarning(warning)}`);
}

/** @param isWritten whether what is new will be there to be built */
async function listRows(
  files: readonly UpdatedFile[],
  asking: BuildsOptions,
  isWritten: boolean,
): Promise<readonly MatrixRow[]> {
  const added = files.flatMap(({ file, copiedFrom, changes }) =>
    isWritten && copiedFrom !== undefined && changes.length > 0 ? [file] : [],
  );
  const builds = await listBuilds({ ...asking, added });
  for (const name of findSharedNames(builds))
    warn(`${name} is the name of several builds: each would take the place of another`);
  return toMatrixRows(files, builds);
}

/** A job of GitHub Actions says where its outputs go. */
async function renderRows(rows: readonly MatrixRow[]): Promise<string> {
  const { GITHUB_OUTPUT: outputs = "" } = process.env;
  if (outputs !== "") {
    const lines = MATRIX_PARSERS.map((parser) => {
      const matrix = renderMatrix(rows, parser);
      return `${parser}_matrix=${matrix}\n${parser}_matrix_empty=${String(matrix === "[]")}\n`;
    });
    await appendFile(outputs, lines.join(""));
  }
  return `${renderMatrix(rows)}\n`;
}

/** `containerspec update` at work. */
import { appendFile } from "node:fs/promises";
import {
  findSharedNames,
  listBuilds,
  openTagSource,
  readVersionsFile,
  update,
  writeUpdate,
  type BuildsOptions,
  type UpdatedFile,
} from "../index.js";
import { renderUpdateDiff } from "../reporters/update-diff.js";
import { renderUpdateJson } from "../reporters/update-json.js";
import { MATRIX_PARSERS, renderMatrix, toMatrixRows, type MatrixRow } from "../reporters/update-matrix.js";
import { renderUpdate } from "../reporters/update-text.js";
import { warn, writeResult } from "./output.js";
import { standardOutput } from "./terminal.js";

const NOT_CURRENT = 1;

/** What the options of `update` are read into. */
export interface UpdateArguments {
  readonly check?: true;
  readonly write?: true;
  readonly diff?: true;
  readonly lock?: string;
  readonly fill?: readonly string[];
  readonly record?: string;
  readonly digests: boolean;
  readonly labels: boolean;
  readonly hierarchies: boolean;
  readonly versions?: string;
  readonly tags?: "patch" | "minor" | "major";
  readonly range?: ReadonlyMap<string, string>;
  readonly ignore?: readonly string[];
  readonly coolDown?: number;
  readonly mirror?: ReadonlyMap<string, string>;
  readonly insecure?: readonly string[];
  readonly format: "text" | "json" | "matrix";
}

/** Looks, writes where it is told to, prints, and sets the exit code. */
export async function runUpdate(paths: readonly string[], options: UpdateArguments): Promise<void> {
  const { digests, labels, hierarchies, versions, tags, range, ignore, coolDown } = options;
  const opened = await openTagSource({ ...options, environment: process.env });
  for (const warning of opened.warnings) warn(warning);
  const asking: BuildsOptions = {
    paths,
    digests,
    source: opened.source,
    ...(versions === undefined ? {} : { versions: await readVersionsFile(versions) }),
  };
  const files = await update({
    ...asking,
    labels,
    hierarchies,
    ...(tags === undefined
      ? {}
      : {
          tags: {
            step: tags,
            ...(range === undefined ? {} : { ranges: range }),
            ...(ignore === undefined ? {} : { ignore }),
            ...(coolDown === undefined ? {} : { coolDown: { days: coolDown, today: new Date() } }),
          },
        }),
  });
  const rows = options.format === "matrix" ? await listRows(files, asking, options.write === true) : [];
  if (options.record !== undefined) await writeResult(opened.renderLock(), options.record);
  if (options.write === true) await writeUpdate(files);
  const output = options.format === "matrix" ? await renderRows(rows) : render(files, options);
  await writeResult(output, undefined);
  if (options.check === true && files.some(({ changes }) => changes.length > 0)) process.exitCode = NOT_CURRENT;
}

function render(files: readonly UpdatedFile[], options: UpdateArguments): string | Uint8Array {
  if (options.diff === true) return renderUpdateDiff(files);
  if (options.format === "json") return renderUpdateJson(files);
  const mode = options.write === true ? "write" : options.check === true ? "check" : "show";
  return renderUpdate(files, mode, standardOutput());
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

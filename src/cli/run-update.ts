/** `containerspec update` at work. */
import { appendFile } from "node:fs/promises";
import { openTagSource, readVersionsFile, update, writeUpdate, type UpdatedFile } from "../index.js";
import { renderUpdateDiff } from "../reporters/update-diff.js";
import { renderUpdateJson, renderUpdateMatrix } from "../reporters/update-json.js";
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
  const { digests, labels, versions, tags, range, ignore, coolDown } = options;
  const opened = await openTagSource({ ...options, environment: process.env });
  for (const warning of opened.warnings) warn(warning);
  const files = await update({
    paths,
    digests,
    labels,
    source: opened.source,
    ...(versions === undefined ? {} : { versions: await readVersionsFile(versions) }),
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
  if (options.record !== undefined) await writeResult(opened.renderLock(), options.record);
  if (options.write === true) await writeUpdate(files);
  await writeResult(await render(files, options), undefined);
  if (options.check === true && files.some(({ changes }) => changes.length > 0)) process.exitCode = NOT_CURRENT;
}

async function render(files: readonly UpdatedFile[], options: UpdateArguments): Promise<string | Uint8Array> {
  if (options.diff === true) return renderUpdateDiff(files);
  if (options.format === "json") return renderUpdateJson(files);
  if (options.format === "matrix") return renderMatrix(files);
  const mode = options.write === true ? "write" : options.check === true ? "check" : "show";
  return renderUpdate(files, mode, standardOutput());
}

/** A job of GitHub Actions says where its outputs go. */
async function renderMatrix(files: readonly UpdatedFile[]): Promise<string> {
  const matrix = renderUpdateMatrix(files);
  const { GITHUB_OUTPUT: outputs = "" } = process.env;
  if (outputs !== "") {
    await appendFile(outputs, `dockerfile_matrix=${matrix}\ndockerfile_matrix_empty=${String(matrix === "[]")}\n`);
  }
  return `${matrix}\n`;
}

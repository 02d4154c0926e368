/**
 * What changes, what is new and what is built, as the matrix of a GitHub workflow: rows in the shape of uptodate's outputs, whose three
 * parsers these were. https://vsoch.github.io/uptodate/docs/#/user-guide/github-action
 */
import { toDisplayText } from "../display-text.js";
import type { Build } from "../list-builds.js";
import type { UpdatedFile } from "../update.js";

/** Whose row it is: a workflow has a matrix of each. */
export const MATRIX_PARSERS = ["dockerfile", "dockerhierarchy", "dockerbuild"] as const;

export interface MatrixRow {
  readonly name: string;
  readonly filename: string;
  readonly parser: (typeof MATRIX_PARSERS)[number];
  /** of a Dockerfile that is new, the tag that it is for */
  readonly id?: string;
}

/** All rows, parser by parser. */
export function toMatrixRows(files: readonly UpdatedFile[], builds: readonly Build[]): readonly MatrixRow[] {
  const changed = files.filter(({ changes }) => changes.length > 0);
  const rows = [...changed.map(toFileRow), ...builds.map(toBuildRow)];
  return MATRIX_PARSERS.flatMap((parser) => rows.filter((row) => row.parser === parser));
}

/** In one line, as `strategy.matrix` takes it through fromJSON. @param parser whose rows; default: all */
export function renderMatrix(rows: readonly MatrixRow[], parser?: MatrixRow["parser"]): string {
  return JSON.stringify(parser === undefined ? rows : rows.filter((row) => row.parser === parser));
}

function toFileRow({ file, copiedFrom }: UpdatedFile): MatrixRow {
  const name = toDisplayText(file);
  const row = { name, filename: name };
  if (copiedFrom === undefined) return { ...row, parser: "dockerfile" };
  return { ...row, parser: "dockerhierarchy", id: splitPath(splitPath(file)[0])[1] };
}

function toBuildRow({ source, dockerfile, containerName, args }: Build): MatrixRow {
  const values = [...args];
  const [context, file] = splitPath(dockerfile);
  const words = ["docker build -f", quote(file), ...values.map(([arg, value]) => `--build-arg ${arg}=${value}`)];
  return {
    name: toDisplayText(source),
    ...{ container_name: containerName, context: toDisplayText(context) },
    filename: toDisplayText(dockerfile),
    parser: "dockerbuild",
    ...{ buildargs: Object.fromEntries(values), command_prefix: toDisplayText(words.join(" ")) },
    ...{ description: toDisplayText([context, ...values.map(([arg, value]) => `${arg}:${value}`)].join(" ")) },
  };
}

/** The folder and the name in it. */
function splitPath(path: string): readonly [folder: string, name: string] {
  const cut = path.lastIndexOf("/");
  return cut === -1 ? [".", path] : [path.slice(0, cut), path.slice(cut + 1)];
}

/** A file's name as one word of a command; the values are words already. */
function quote(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

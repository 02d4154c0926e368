/**
 * ARG instructions whose names say what they hold, as uptodate has them: `uptodate_github_release_org__repo`, `uptodate_spack_zlib`,
 * `uptodate_github_commit_org__repo__branch`. Who knows the versions is not this file's matter.
 *
 * https://vsoch.github.io/uptodate/docs/#/user-guide/user-guide?id=build-arguments
 */
import type { Base } from "./bases.js";
import type { DockerfileDocument } from "./document.js";
import type { Change } from "./plan-update.js";
import type { Edit, Span } from "./span.js";
import { substitute } from "./substitute.js";
import { findNewerTag } from "./tag.js";

export interface VersionQuestion {
  readonly kind: "github release" | "github commit" | "spack";
  /** `org/repo`, `org/repo@branch`, or a package */
  readonly name: string;
}

export interface UptodateArg extends VersionQuestion {
  readonly line: number;
  readonly arg: string;
  readonly value: string;
  readonly span: Span;
}

const NAME = /^uptodate_(?:github_(release|commit)_(.+)|spack_(.+))$/i;

/** The ARG instructions that follow the convention and have a value. */
export function findUptodateArgs({ args }: DockerfileDocument): readonly UptodateArg[] {
  return args.flatMap(({ name, value, line }) => {
    const question = toQuestion(name);
    if (question === undefined || value === undefined) return [];
    return [{ ...question, arg: name, value: value.text, span: value.span, line }];
  });
}

function toQuestion(name: string): VersionQuestion | undefined {
  const [, github, project = "", spack] = NAME.exec(name) ?? [];
  if (spack !== undefined) return { kind: "spack", name: spack.replaceAll("_", "-") };
  const [organisation = "", repository = "", ...branch] = project.split("__");
  if (github === undefined || organisation === "" || repository === "") return undefined;
  const full = `${organisation}/${repository}`;
  if (github.toLowerCase() === "release")
    return branch.length === 0 ? { kind: "github release", name: full } : undefined;
  return branch.length === 1 ? { kind: "github commit", name: `${full}@${branch[0] ?? ""}` } : undefined;
}

/**
 * One ARG with its newest version, of those that are known; nothing where it has that.
 *
 * @param versions of a commit the one that the branch is at; else all that were released
 */
export function planArg(
  found: UptodateArg,
  versions: readonly string[],
): { readonly edit: Edit; readonly change: Change } | undefined {
  const { kind, value, span, line, arg } = found;
  const newest = kind === "github commit" ? versions[0] : findNewerTag(value, versions, "major");
  if (newest === undefined || newest === value) return undefined;
  return {
    edit: { ...span, text: newest },
    change: { line, from: `${arg}=${value}`, to: `${arg}=${newest}`, kind: "arg" },
  };
}

/** The base that would be another image with an ARG so edited: its tag and digest are asked for together, and not here. */
export function findBaseOf(
  { globals, args }: DockerfileDocument,
  bases: readonly Base[],
  { start, end, text }: Edit,
): Base | undefined {
  const edited = args.map((arg) => {
    const isIt = arg.value?.span.start === start && arg.value.span.end === end;
    return isIt ? { ...arg, value: { text, span: { start, end } } } : arg;
  });
  return bases.find(({ isBase, written }) => {
    const read = (list: typeof args): string => {
      const made = substitute(written, isBase ? list.slice(0, globals.length) : list);
      return "variable" in made ? `${made.variable} ${made.reason}` : made.text;
    };
    return read(args) !== read(edited);
  });
}

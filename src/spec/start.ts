/**
 * What an image starts where nobody says otherwise: the first word of Entrypoint and Cmd, searched as execvp(3) searches it, and what
 * it leads to. A script is its interpreter, given the script (execve(2)); a launcher starts what it is given. The kernel follows four
 * scripts, one after another. Linux' fs/binfmt_script.c and fs/exec.c.
 */
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, toAbsolutePath, toBytePath, toDisplayPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { NeedFacts } from "./facts.js";
import { findLaunched, STARTERS } from "./launchers.js";
import { isExecutable, toProgram, type Program } from "./programs.js";

export interface Start {
  /** the words of Entrypoint and Cmd; none where the image names nothing */
  readonly command: readonly string[];
  /** the programs that start one another, each certainly; the last decides. None where there is none, or it is not known */
  readonly programs: readonly Program[];
  /** why they end where they do though more is named */
  readonly trouble?: string;
  /** what is not there or no program: then the kernel refuses to start it; not so where the file could not be read */
  readonly isRefused?: true;
  /** it starts whatever it is told to: a script, a shell, an init */
  readonly isOpen: boolean;
}

/** What runtimes set where an image has no PATH. */
const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const MAX_SCRIPTS = 4;
/** Launchers that start launchers; nobody has more. */
const MAX_LAUNCHERS = 8;

export interface StartOptions {
  /** PATH counts, a byte string */
  readonly env: ReadonlyMap<string, string>;
  readonly workingFolder: string;
}

/**
 * @param root of the image
 * @param command the words of Entrypoint and Cmd
 */
export function findStart(root: RootFilesystem<NeedFacts>, command: readonly string[], options: StartOptions): Start {
  if ((command[0] ?? "") === "") return { command, programs: [], isOpen: true };
  const programs: Program[] = [];
  let words = command.map(toBytePath);
  let isOpen = false;
  for (let launchers = 0; ; launchers += 1) {
    const [word = ""] = words;
    const path = findCommand(root, word, options);
    if (path === undefined)
      return { command, programs, isOpen, isRefused: true, trouble: `the image has no ${toDisplayPath(word)}` };
    const run = followScripts(root, path, words, options);
    isOpen ||= run.isScript;
    if (run.program === undefined) {
      const { isRefused, trouble } = run;
      return { command, programs, trouble, ...(isRefused ? { isRefused, isOpen } : { isOpen: true }) };
    }
    programs.push(run.program);
    const launched = run.names.map((name) => findLaunched(name, run.args)).find((one) => one !== undefined);
    if (launched === undefined || launchers === MAX_LAUNCHERS)
      return { command, programs, isOpen: isOpen || run.names.some((name) => STARTERS.test(name)) };
    words = [...launched];
  }
}

type Run =
  | {
      readonly program: Program;
      /** what it is called, and what the file is called that this leads to */
      readonly names: readonly string[];
      /** what it is given */
      readonly args: readonly string[];
      readonly isScript: boolean;
    }
  | { readonly program?: undefined; readonly isScript: boolean; readonly isRefused: boolean; readonly trouble: string };

/** The program that the kernel starts for a file, through all the scripts between. */
function followScripts(
  root: RootFilesystem<NeedFacts>,
  path: string,
  [word = "", ...given]: readonly string[],
  { workingFolder }: StartOptions,
): Run {
  const refuse = (trouble: string, scripts: number): Run => ({ isScript: scripts > 0, isRefused: true, trouble });
  let place = path;
  let args: readonly string[] = given;
  for (let scripts = 0; scripts <= MAX_SCRIPTS; scripts += 1) {
    const found = resolvePath(root, place);
    const shown = toDisplayPath(place);
    if (found === undefined) return refuse(`${toDisplayPath(word)} needs ${shown}, which the image has not`, scripts);
    const { node } = found;
    if (node.kind !== "file") return refuse(`${shown} is no file`, scripts);
    if (!isExecutable(node)) return refuse(`${shown} may not be executed: its mode says so to everybody`, scripts);
    const program = toProgram(found.path, node);
    const names = [...new Set([baseName(place), baseName(found.path)])];
    if (program !== undefined) return { program, names, args, isScript: scripts > 0 };
    if (node.facts.kind === "unread" || node.facts.kind === "broken-elf")
      return { isScript: scripts > 0, isRefused: false, trouble: `${shown} cannot be read` };
    const [, interpreter = "", argument] = /^([^ \t\0]+)(?:[ \t]+([^\0]+))?/.exec(scriptOf(node)) ?? [];
    // Without a first line of its own a shell runs it, where a shell starts it; the kernel does not.
    if (interpreter === "")
      return { isScript: scripts > 0, isRefused: false, trouble: `what ${shown} is, is not known` };
    // Whatever stands behind the interpreter is one argument, blanks and all.
    args = [...(argument === undefined ? [] : [argument]), place, ...args];
    place = toAbsolutePath(workingFolder, interpreter);
  }
  return refuse(`${toDisplayPath(word)} is a script of a script of a script, deeper than Linux follows`, MAX_SCRIPTS);
}

function scriptOf({ facts }: FileNode<NeedFacts>): string {
  return facts.extras?.script ?? "";
}

/** A name with a slash is a path; any other is searched for in the folders of PATH, where what may not be executed is passed over. */
function findCommand(
  root: RootFilesystem<NeedFacts>,
  word: string,
  { env, workingFolder }: StartOptions,
): string | undefined {
  const nodeOf = (place: string) => resolvePath(root, place)?.node;
  if (word.includes("/")) {
    const place = toAbsolutePath(workingFolder, word);
    return nodeOf(place) === undefined ? undefined : place;
  }
  const places = (env.get("PATH") ?? USUAL_PATH)
    .split(":")
    .map((folder) => joinPath(toAbsolutePath(workingFolder, folder), word))
    .filter((place) => nodeOf(place)?.kind === "file");
  const isRunnable = (place: string): boolean => {
    const node = nodeOf(place);
    return node?.kind === "file" && isExecutable(node);
  };
  return places.find(isRunnable) ?? places[0];
}

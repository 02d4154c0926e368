/**
 * What an image starts where nobody says otherwise: the first word of Entrypoint and Cmd, searched as execvp(3) searches it, and what
 * it leads to. A script is its interpreter, given the script (execve(2)). The kernel follows four of them, one after another.
 */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, toAbsolutePath, toBytePath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { NeedFacts } from "./facts.js";
import { toProgram, type Program } from "./programs.js";

export interface Start {
  /** the words of Entrypoint and Cmd; none where the image names nothing */
  readonly command: readonly string[];
  /** the program that the kernel starts in the end; undefined where there is none, or it is not known */
  readonly program?: Program;
  /** why there is no program though the image names one */
  readonly trouble?: string;
  /** what is not there or no program: then the kernel refuses to start it; not so where the file could not be read */
  readonly isRefused?: true;
  /** it starts whatever it is told to: a script, a shell, an init */
  readonly isOpen: boolean;
}

/** What runtimes set where an image has no PATH. */
const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const MAX_SCRIPTS = 4;
/** Programs whose work is to start others. */
const STARTERS =
  /^(?:(?:ba|da|a|k|z|c|tc|mk|pdk|fi)?sh|busybox|toybox|coreutils|env|nice|nohup|setpriv|sudo|su|su-exec|gosu|tini(?:-static)?|dumb-init|catatonit|docker-init|s6-svscan|init|systemd|runit|supervisord|chroot|timeout|exec|xargs|mpirun|mpiexec|orterun|prterun|hydra)$/;

/**
 * @param root of the image
 * @param command the words of Entrypoint and Cmd
 * @param env PATH counts, a byte string
 */
export function findStart(
  root: RootFilesystem<NeedFacts>,
  command: readonly string[],
  { env, workingFolder }: { readonly env: ReadonlyMap<string, string>; readonly workingFolder: string },
): Start {
  const [word = ""] = command;
  if (word === "") return { command, isOpen: true };
  let place: string | undefined = findCommand(root, toBytePath(word), env.get("PATH") ?? USUAL_PATH, workingFolder);
  if (place === undefined) return refuse(command, `the image has no ${word}`);
  let isOpen = STARTERS.test(baseName(place));
  for (let scripts = 0; scripts <= MAX_SCRIPTS; scripts += 1) {
    const found = resolvePath(root, place);
    if (found === undefined) return refuse(command, `${word} needs ${place}, which the image has not`);
    isOpen ||= STARTERS.test(baseName(found.path));
    const program = toProgram(found.path, found.node);
    if (program !== undefined) return { command, program, isOpen };
    if (found.node.kind !== "file") return refuse(command, `${place} is no file`);
    const { facts } = found.node;
    if (facts.kind === "unread" || facts.kind === "broken-elf")
      return { command, isOpen: true, trouble: `${place} cannot be read` };
    const interpreter = facts.extras?.script?.trim().split(/[ \t]/, 1)[0] ?? "";
    // Without a first line of its own a shell runs it, where a shell starts it; the kernel does not.
    if (interpreter === "") return { command, isOpen: true, trouble: `what ${place} is, is not known` };
    isOpen = true;
    place = toAbsolutePath(workingFolder, interpreter);
  }
  return refuse(command, `${word} is a script of a script of a script, deeper than Linux follows`);
}

function refuse(command: readonly string[], trouble: string): Start {
  return { command, isOpen: false, trouble, isRefused: true };
}

/** A name with a slash is a path; any other is searched for in the folders of PATH. */
function findCommand(
  root: RootFilesystem<NeedFacts>,
  word: string,
  path: string,
  workingFolder: string,
): string | undefined {
  const places = word.includes("/")
    ? [toAbsolutePath(workingFolder, word)]
    : path.split(":").map((folder) => joinPath(toAbsolutePath(workingFolder, folder), word));
  return places.find((place) => resolvePath(root, place)?.node.kind === "file");
}

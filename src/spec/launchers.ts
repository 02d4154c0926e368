/**
 * Programs whose work is to start others. Of most nobody can say which, without doing what they do; of those that are simple, and that
 * images start with, it stands in their arguments.
 * Sources: env(1) of GNU coreutils and of BusyBox; the READMEs of tini, dumb-init and catatonit.
 */

/** Names of programs that start others. */
export const STARTERS =
  /^(?:(?:ba|da|a|k|z|c|tc|mk|pdk|fi)?sh|busybox|toybox|coreutils|env|nice|nohup|setpriv|sudo|su|su-exec|gosu|tini(?:-static)?|dumb-init|catatonit|docker-init|s6-svscan|init|systemd|runit|supervisord|chroot|timeout|exec|xargs|mpirun|mpiexec|orterun|prterun|hydra)$/;

/** They start the words behind their options. */
const INITS = /^(?:tini(?:-static)?|dumb-init|catatonit|docker-init)$/;
/** What sets PATH, or quotes: then it is not known what is searched for, and where. */
const UNCLEAR = /^PATH=|["'\\$]/;

/**
 * The words of what a program starts.
 *
 * @param name what it is called
 * @param args what it is given
 * @returns undefined where it starts nothing, or nobody knows what
 */
export function findLaunched(name: string, args: readonly string[]): readonly string[] | undefined {
  if (name === "env") return findBehindEnv(args);
  return INITS.test(name) ? findBehindOptions(args) : undefined;
}

/** Assignments come first. With -S one argument, which is all that the first line of a script can give, is split into several. */
function findBehindEnv(args: readonly string[]): readonly string[] | undefined {
  const [, split] = /^(?:-S|--split-string=)[ \t]*(.*)$/.exec(args[0] ?? "") ?? [];
  const words = split === undefined ? args : [...split.split(/[ \t]+/).filter((word) => word !== ""), ...args.slice(1)];
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (first === -1 || words.slice(0, first).some((word) => UNCLEAR.test(word))) return undefined;
  const [word = "", ...rest] = words.slice(first);
  if (word.startsWith("-") || (split !== undefined && UNCLEAR.test(split))) return undefined;
  return [word, ...rest];
}

/** Some options have values of their own; "--" ends them all. */
function findBehindOptions(args: readonly string[]): readonly string[] | undefined {
  const end = args.indexOf("--");
  const words = args[0]?.startsWith("-") === true ? (end === -1 ? [] : args.slice(end + 1)) : args;
  return words.length === 0 ? undefined : words;
}

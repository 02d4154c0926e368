/**
 * A stage is a root filesystem in which processes can be started and mounts be made without any change to the folder that it comes
 * from: an overlay whose upper folder is on a tmpfs. Everything is mounted in the private mount namespace of this process.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { run } from "../debian/archive.mjs";
import { readElfFile } from "./objects.mjs";
import { findRealPath, toRealPlace } from "./root-path.mjs";
import { compileOpener } from "./tools.mjs";

/** Exit code of a process in which everything was mapped, checked and relocated. */
export const READY = 93;
export const LOADER = "/lib64/ld-linux-x86-64.so.2";
const TOOLS = "/.conformance";
const OPENER = `${TOOLS}/open-library`;
const READY_OBJECT = `${TOOLS}/ready.so`;
/** In secure-execution mode only a name is preloaded, from a default folder, and only with the set-user-ID bit. */
const READY_NAME = "libcontainerspec-ready.so";
const SECONDS = 10;
const AT_ONCE = 2;
export const NOBODY = 65534;

/** Whether a program changes the user or the group of its process. */
export function hasSetId(mode) {
  return (mode & 0o6000) !== 0;
}

/**
 * Whether an object came up. Initialisers of an opened library run, and one may call a function that is bound only then, and is
 * missing: that library was opened.
 *
 * @param {Answer} answer
 */
export function isUp({ status, text }) {
  return status === READY || text.includes(`${OPENER}: symbol lookup error: `);
}

/** @typedef {{ status: number, text: string }} Answer how a process ended, and what it printed */

/**
 * @param {{ folder: string, base: string, tools: { runTasks: string, ready: string } }} options
 */
export function createStage({ folder, base, tools }) {
  const [root, upper, work] = ["root", "upper", "work"].map((name) => join(folder, name));
  for (const one of [root, upper, work]) mkdirSync(one, { recursive: true });
  chmodSync(upper, 0o755);
  run("mount", ["-t", "overlay", "overlay", "-o", `lowerdir=${base},upperdir=${upper},workdir=${work}`, root]);
  let binds = [];

  /** The tools come last, so that they are no part of an image that is made of the upper folder. */
  function furnish() {
    mkdirSync(root + TOOLS, { recursive: true });
    mkdirSync(`${root}/proc`, { recursive: true });
    run("mount", ["--rbind", "/proc", `${root}/proc`]);
    const libraries = ["libc.so.6", "libdl.so.2"]
      .map((name) => findDefault(root, name))
      .filter((path) => path !== undefined)
      .map((path) => root + findRealPath(root, path));
    compileOpener(root + OPENER, { interp: LOADER, libraries });
    copyFileSync(tools.ready, root + READY_OBJECT);
    const named = posix.join(dirname(findDefault(root, "libc.so.6")), READY_NAME);
    copyFileSync(tools.ready, root + named);
    chmodSync(root + named, 0o4755);
  }

  /**
   * @param {{ user?: number, words: readonly string[], env: ReadonlyMap<string, string> }[]} tasks
   * @returns {Answer[]} in the order of the tasks
   */
  function start(tasks) {
    if (tasks.length === 0) return [];
    const words = tasks.flatMap(({ user = 0, words: command, env }) => {
      const variables = [...new Map([["PATH", "/usr/sbin:/usr/bin:/sbin:/bin"], ["LC_ALL", "C"], ...env])];
      const texts = variables.map(([name, value]) => `${name}=${value}`);
      return [String(user), String(command.length), ...command, String(texts.length), ...texts];
    });
    const input = Buffer.from(words.map((word) => `${word}\0`).join(""), "latin1");
    const command = [root, String(SECONDS), String(AT_ONCE)];
    const { stdout, stderr, status } = spawnSync(tools.runTasks, command, { input, maxBuffer: 1 << 30 });
    if (status !== 0) throw new Error(`run-tasks failed: ${String(stderr)}`);
    const answers = [];
    for (let at = 0; at < stdout.length;) {
      const end = stdout.indexOf(10, at);
      const [number, code, length] = stdout.toString("latin1", at, end).split(" ").map(Number);
      at = end + 1 + length;
      answers[number] = { status: code, text: stdout.toString("latin1", end + 1, at) };
    }
    return answers;
  }

  const withPreload = (env, object) => {
    const own = env.get("LD_PRELOAD") ?? "";
    return new Map([...env, ["LD_PRELOAD", own === "" ? object : `${own}:${object}`]]);
  };

  return {
    root,
    upper,
    furnish,
    start,
    /** The task that loads an object as it would be used: a program started by the kernel, a library opened. */
    toTask({ path, program, mode }, { env, now, user = 0 }) {
      const all = now ? new Map([...env, ["LD_BIND_NOW", "1"]]) : env;
      if (!program) return { words: [OPENER, now ? "now" : "lazy", path], env };
      return { user, words: [path], env: withPreload(all, hasSetId(mode) ? READY_NAME : READY_OBJECT) };
    },
    /** The task in which the loader tells what it loads, and what it misses; in secure-execution mode it would tell nothing. */
    toTrace({ path, program, mode }, { env, now }) {
      const asked = [["LD_TRACE_LOADED_OBJECTS", "1"], ["LD_WARN", "1"], ...(now ? [["LD_BIND_NOW", "1"]] : [])];
      return { words: program && !hasSetId(mode) ? [path] : [LOADER, path], env: new Map([...env, ...asked]) };
    },
    /**
     * Asks the root's own loader where it finds a name: in what it tells of its search, the last file that it tries for a name is
     * the one that it takes, or gives up on. What /etc/ld.so.preload has loaded already is not searched, and tells its path.
     *
     * @returns {string | undefined} undefined where it finds nothing
     */
    findPlain(name, env) {
      const alone = new Map([...env].filter(([variable]) => variable !== "LD_PRELOAD"));
      const [{ status, text }] = start([
        { words: [OPENER, "lazy", name], env: new Map([...alone, ["LD_DEBUG", "libs"]]) },
      ]);
      if (text.includes(`${name}: cannot open shared object file: No such file`)) return undefined;
      const lines = text.split("\n").map((line) => line.replace(/^\s*\d+:\s*/, ""));
      const from = lines.findIndex((line) => line.startsWith(`find library=${name} [`));
      if (from === -1) return status === READY ? lines.findLast((line) => line.startsWith("/")) : undefined;
      const tried = [];
      for (const line of lines.slice(from + 1)) {
        if (line.startsWith("trying file=")) tried.push(line.slice("trying file=".length));
        else if (line === "" || line.startsWith("find library=") || line.startsWith("calling init")) break;
      }
      return tried.at(-1);
    },
    /** Binds a file over another place, which is made where it is not there. */
    bind(source, path) {
      const place = toRealPlace(root, path);
      mkdirSync(dirname(root + place), { recursive: true });
      const isNew = !existsSync(root + place);
      if (isNew) writeFileSync(root + place, "");
      run("mount", ["--bind", source, root + place]);
      binds.push({ place: root + place, isNew });
      return place;
    },
    /** Takes all binds away; a place that was made for one goes too. */
    unbind() {
      for (const { place, isNew } of binds.reverse()) {
        run("umount", [place]);
        if (isNew) rmSync(place);
      }
      binds = [];
    },
    close() {
      this.unbind();
      spawnSync("umount", ["-R", "-l", root]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Where a C library's file lies: in one of the folders that Debian's loaders search by default. */
function findDefault(root, name) {
  const folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64"];
  return folders
    .map((folder) => `${folder}/${name}`)
    .find((path) => {
      const real = findRealPath(root, path);
      return real !== undefined && readElfFile(root + real) !== undefined;
    });
}

/**
 * How the objects of a stage fare before any mount, in one environment: what each asks for and loads, as the loader's own trace
 * tells, whether it comes up, and what the loader complains of where it does not. All is found out at once: later there are mounts.
 */
import { posix } from "node:path";
import { hasSetId, isUp, NOBODY } from "./stage.mjs";
import { findRealPath } from "./root-path.mjs";

/** Root starts a set-user-ID program as any other; for everybody else the loader is in secure-execution mode. */
export function usersOf({ program, mode }) {
  return program && hasSetId(mode) ? [0, NOBODY] : [0];
}

/**
 * @param {object} stage
 * @param {readonly import("./objects.mjs").ElfFile[]} objects
 * @param {ReadonlyMap<string, string>} env
 */
export function createBaseline(stage, objects, env) {
  const traces = stage.start(objects.map((object) => stage.toTrace(object, { env, now: false })));
  const neededBy = new Map(objects.map(({ path, needed }) => [path, needed]));
  const realPaths = new Map();
  const toReal = (path) => {
    if (!realPaths.has(path)) realPaths.set(path, findRealPath(stage.root, path));
    return realPaths.get(path);
  };
  const loads = objects.map((object, index) => {
    const { names, paths } = parseTrace(traces[index].text);
    const files = new Set([object.path, ...paths.map(toReal)]);
    const asked = new Set([...names, ...[...files].flatMap((path) => neededBy.get(path) ?? [])]);
    return { object, files, asked };
  });
  const cameUp = new Map();
  const keyOf = ({ path }, { now, user = 0 }) => `${path} ${now} ${user}`;
  const tryAll = (some, how) => {
    const got = stage.start(some.map((object) => stage.toTask(object, { env, ...how })));
    some.forEach((object, index) => cameUp.set(keyOf(object, how), isUp(got[index])));
  };
  for (const user of [0, NOBODY]) {
    const some = objects.filter((object) => usersOf(object).includes(user));
    tryAll(some, { now: true, user });
    const failing = some.filter((object) => !cameUp.get(keyOf(object, { now: true, user })));
    tryAll(failing, { now: false, user });
  }
  const complaints = new Map();
  for (const object of objects.filter((one) => !cameUp.get(keyOf(one, { now: true })))) {
    for (const now of [true, false])
      complaints.set(`${object.path} ${now}`, traceComplaints(stage, object, { env, now }));
  }

  return {
    env,
    objects,
    /** The objects that ask for one of the names, or load one of the files. */
    findAffected(names, files) {
      const chosen = ({ asked, files: loaded }) =>
        names.some((one) => asked.has(one)) || files.some((one) => loaded.has(one));
      return loads.filter(chosen).map(({ object }) => object);
    },
    /** Whether an object comes up, bound at once or lazily. Who comes up bound at once does so lazily. */
    comesUp(object, { now, user = 0 }) {
      return (
        cameUp.get(keyOf(object, { now: true, user })) || (!now && cameUp.get(keyOf(object, { now, user })) === true)
      );
    },
    /** What the loader's trace of an object complains of, where it does not come up bound at once. */
    findComplaints({ path }, { now }) {
      return complaints.get(`${path} ${now}`) ?? new Set();
    },
  };
}

/** What the loader complains of when it traces an object, each complaint in a form that can be compared. */
export function traceComplaints(stage, object, { env, now }) {
  const [{ text }] = stage.start([stage.toTrace(object, { env, now })]);
  return parseComplaints(text, object.path);
}

/** Names and paths in the output of LD_TRACE_LOADED_OBJECTS. */
function parseTrace(text) {
  const names = [];
  const paths = [];
  for (const line of text.split("\n")) {
    const match = /^\t(\S+) => (not found|\S+)/.exec(line) ?? /^\t(\S+)() \(0x/.exec(line);
    if (match === null) continue;
    names.push(match[1]);
    const path = match[2] === "" ? match[1] : match[2];
    if (path.startsWith("/")) paths.push(path);
  }
  return { names, paths };
}

/**
 * Complaints are compared between runs in which a library lies in different places: paths become file names, and the object itself
 * is told apart from its namesakes by a word of its own.
 */
function parseComplaints(text, self) {
  const complaints = new Set();
  for (const line of text.split("\n")) {
    const isListed = (line.startsWith("\t") && !line.includes("not found")) || line.trim() === "";
    if (isListed || line.includes("no version information available") || line.includes("cannot be preloaded")) continue;
    const plain = line.replaceAll(self, "<itself>").replace(/\/[^\s:;,)'"]+/g, (path) => posix.basename(path));
    // A copy may lie under another file name, with more of the version in it.
    complaints.add(plain.replace(/\.so(?:\.\d+)+/g, ".so").replace(/^\s+|: line \d+|\(0x[0-9a-f]+\)/g, ""));
  }
  return complaints;
}

/** Which libraries a root's loader knows by name, and what they need: asked of the real loader and of ldconfig. */
import { existsSync, readFileSync } from "node:fs";
import { basename, posix } from "node:path";
import { readElfFile } from "./objects.mjs";
import { findRealPath } from "./root-path.mjs";

/** The default folders of Debian's loaders for x86-64, in their order. */
const DEFAULT_FOLDERS = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"];
const MOUNT_FOLDER = "/.containerspec/lib";

const C_LIBRARY =
  /^(ld-linux.*|ld-2.*|lib(c|m|mvec|pthread|dl|rt|util|anl|resolv|nsl|BrokenLocale|thread_db|c_malloc_debug|memusage|pcprofile|SegFault|nss_.*))[.-].*$/;

/** Whether a file is of the C library family, which never travels: by its name, or by the private nodes that only they share. */
function isCLibraryPart(name, file) {
  return C_LIBRARY.test(name) || readFileSync(file).includes("GLIBC_PRIVATE");
}

/** Names in ld.so.cache of an untouched root, for x86-64 and not of the C library. */
export function listNames(stage) {
  const [{ text }] = stage.start([{ words: ["/sbin/ldconfig", "-p"], env: new Map() }]);
  const names = new Map();
  for (const [, name, path] of text.matchAll(/^\t(\S+) \(libc6,x86-64[^)]*\) => (\S+)$/gm)) {
    const real = findRealPath(stage.root, path);
    if (real !== undefined && !names.has(name) && !isCLibraryPart(name, stage.root + real)) names.set(name, real);
  }
  return names;
}

/** Where the host's loader finds a name: as found, and with links followed. */
export function findAtHome(host, name) {
  const path = host.findPlain(name, new Map());
  const real = path === undefined ? undefined : findRealPath(host.root, path);
  return real === undefined ? undefined : { path, real };
}

/**
 * The host libraries that travel along: all that are needed, or those that the image does not find.
 *
 * @returns {{ name: string, path: string, real: string }[]}
 */
export function findCompanions({ stage, host, env }, { name, path, real }, which) {
  if (which === "none") return [];
  const [{ text }] = host.start([host.toTrace({ path: real, program: false }, { env: new Map(), now: false })]);
  const listed = [...text.matchAll(/^\t(\S+) => (\/\S+) \(0x/gm)].map(([, asked, at]) => ({ asked, at }));
  const findListed = (wanted) =>
    listed.find(({ asked, at }) => asked === wanted || basename(at) === wanted)?.at ??
    listed.find(({ at }) => readElfFile(host.root + findRealPath(host.root, at))?.soname === wanted)?.at;
  const chosen = new Map();
  const seen = new Set([name]);
  const pending = [...readElfFile(host.root + real).needed];
  for (let wanted = pending.pop(); wanted !== undefined; wanted = pending.pop()) {
    if (seen.has(wanted)) continue;
    seen.add(wanted);
    const at = findListed(wanted);
    const file = at === undefined ? undefined : findRealPath(host.root, at);
    if (file === undefined || at === path || isCLibraryPart(wanted, host.root + file)) continue;
    if (which === "missing" && stage.findPlain(wanted, env) !== undefined) continue;
    chosen.set(wanted, { name: wanted, path: at, real: file });
    pending.push(...readElfFile(host.root + file).needed);
  }
  return [...chosen.values()];
}

/** Where a library lands, and what of the image's own it covers or shadows. */
export function toLanding({ stage, env, placement }, { name, path, real, host }) {
  const found = stage.findPlain(name, env);
  const replaced = found === undefined ? undefined : findRealPath(stage.root, found);
  const landing = { name, source: host.root + real, home: { stage: host, path } };
  const over = replaced === undefined || placement === "last" ? {} : { replaced };
  if (placement !== "over") return { ...landing, target: posix.join(MOUNT_FOLDER, name), ...over };
  if (replaced !== undefined) return { ...landing, target: found, replaced };
  const folder = DEFAULT_FOLDERS.find((one) => existsSync(stage.root + (findRealPath(stage.root, one) ?? "/none")));
  return { ...landing, target: posix.join(folder, name) };
}

/** LD_LIBRARY_PATH as a placement sets it. */
export function toEnvironment(env, placement) {
  const own = env.get("LD_LIBRARY_PATH") ?? "";
  if (placement === "over") return env;
  const folders =
    placement === "first"
      ? [MOUNT_FOLDER, ...(own === "" ? [] : [own])]
      : [...(own === "" ? DEFAULT_FOLDERS : [own]), MOUNT_FOLDER];
  return new Map([...env, ["LD_LIBRARY_PATH", folders.join(":")]]);
}

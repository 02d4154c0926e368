/**
 * Small worlds made by chance: a few libraries that define, need and call one another, in more than one folder and more than one
 * copy, programs that use them, and a host whose copies differ a little. The same number always gives the same world.
 */
import type { AnalyzeOptions } from "../../src/index.js";
import type { ElfDescription, SymbolDescription } from "../support/elf-description.js";
import { X86_64_INTERPRETER, type Files, type StoryFile } from "../support/story-files.js";

export interface RandomWorld {
  readonly image: Files;
  readonly host: Files;
  readonly env: Readonly<Record<string, string>>;
  readonly library: string;
  readonly placement: NonNullable<AnalyzeOptions["placement"]>;
}

type Chance = () => number;

const NAMES = ["liba.so.1", "libb.so.1", "libd.so.1", "libe.so.2"];
const SYMBOLS = ["s0", "s1", "s2", "s3", "s4", "s5"];
const VERSIONS = ["V1", "V2", "V3"];
const HOST_FOLDER = "/usr/lib/x86_64-linux-gnu";
const FOLDERS = ["/lib/x86_64-linux-gnu", HOST_FOLDER, "/usr/lib", "/opt/a/lib"];
const MORE_FOLDERS = ["/opt/a/lib", "/opt/b/lib", "/opt/a/lib/sub"];
const PATHS = ["/opt/a/lib", "/opt/b/lib", "$ORIGIN", "$ORIGIN/../lib", "/opt/nothing", "/usr/$LIB", "", "$ORIGIN/sub"];

/** The world of this number. `hwcaps` are folders of glibc-hwcaps that the loader on this machine searches. */
export function makeWorld(seed: number, hwcaps: readonly string[]): RandomWorld {
  const chance = createChance(seed);
  const image: Record<string, StoryFile> = {};
  const host: Record<string, StoryFile> = {};
  for (const name of NAMES) {
    if (!isTrue(chance, 0.9)) continue;
    const own = describeLibrary(chance, name);
    const folder = pick(chance, FOLDERS);
    install(chance, image, folder, name, own);
    if (isTrue(chance, 0.3)) install(chance, image, pick(chance, MORE_FOLDERS), name, describeLibrary(chance, name));
    if (hwcaps.length > 0 && isTrue(chance, 0.1))
      install(chance, image, `${folder}/glibc-hwcaps/${pick(chance, hwcaps)}`, name, describeLibrary(chance, name));
    install(chance, host, HOST_FOLDER, name, isTrue(chance, 0.7) ? change(chance, own) : describeLibrary(chance, name));
  }
  if (Object.keys(host).length === 0)
    install(chance, host, HOST_FOLDER, "liba.so.1", describeLibrary(chance, "liba.so.1"));
  for (const path of ["/usr/bin/p", "/opt/a/bin/q", "/opt/a/bin/r"]) {
    image[path] = { elf: describeProgram(chance), mode: isTrue(chance, 0.1) ? 0o4755 : 0o755 };
  }
  const libraries = NAMES.filter((name) => host[`${HOST_FOLDER}/${name}`] !== undefined);
  const path = some(chance, ["/opt/a/lib", "/opt/b/lib", "$ORIGIN/../lib", "", "/usr/lib"], 0.4).join(":");
  return {
    image,
    host,
    env: isTrue(chance, 0.2) ? { LD_LIBRARY_PATH: path } : {},
    library: pick(chance, libraries),
    placement: pick(chance, ["over", "over", "first", "last"]),
  };
}

function describeLibrary(chance: Chance, name: string): ElfDescription {
  const isVersioned = isTrue(chance, 0.75);
  const defined = some(chance, SYMBOLS, 0.8).map((symbol): SymbolDescription => {
    const version = isVersioned && isTrue(chance, 0.8) ? { version: pick(chance, VERSIONS) } : {};
    const hidden = isTrue(chance, 0.15) ? { hidden: true } : {};
    const weak = isTrue(chance, 0.1) ? { binding: "weak" as const } : {};
    return { name: symbol, ...version, ...hidden, ...weak };
  });
  const needed = some(
    chance,
    NAMES.filter((other) => other !== name),
    0.25,
  );
  const called = describeCalls(chance, needed, 0.3).filter((one) => !defined.some((other) => other.name === one.name));
  return {
    ...(isTrue(chance, 0.9) ? { soname: isTrue(chance, 0.9) ? name : pick(chance, NAMES) } : {}),
    needed: [...needed.map((one) => spell(chance, one)), ...(isTrue(chance, 0.9) ? ["libc.so.6"] : [])],
    symbols: [...defined, ...called],
    ...(isVersioned ? { defines: some(chance, VERSIONS, 0.9).map((version) => ({ name: version })) } : {}),
    ...describePaths(chance, 0.15),
    ...(isTrue(chance, 0.1) ? { bindNow: true } : {}),
    ...(isTrue(chance, 0.05) ? { symbolic: true } : {}),
    ...(isTrue(chance, 0.05) ? { hash: "sysv" as const } : {}),
    // DF_1_NODEFLIB and DF_1_NOOPEN
    ...(isTrue(chance, 0.05) ? { dynamicFlags1: pick(chance, [0x800, 0x40]) } : {}),
    contents: String(chance()),
  };
}

function describeProgram(chance: Chance): ElfDescription {
  const needed = some(chance, NAMES, 0.4);
  return {
    interp: X86_64_INTERPRETER,
    needed: [...needed.map((one) => spell(chance, one)), "libc.so.6"],
    symbols: describeCalls(chance, needed, 0.3),
    ...describePaths(chance, 0.25),
    ...(isTrue(chance, 0.1) ? { bindNow: true } : {}),
  };
}

function describeCalls(chance: Chance, needed: readonly string[], part: number): SymbolDescription[] {
  return some(chance, SYMBOLS, part).map((name) => {
    const from =
      needed.length > 0 && isTrue(chance, 0.6)
        ? { version: pick(chance, VERSIONS), from: pick(chance, needed) }
        : { defined: false };
    const eager = isTrue(chance, 0.3) ? { uses: ["eager" as const] } : {};
    const weak = isTrue(chance, 0.15) ? { binding: "weak" as const } : {};
    return { name, ...from, ...eager, ...weak };
  });
}

function describePaths(chance: Chance, part: number): ElfDescription {
  const path = (): string => some(chance, PATHS, 0.25).join(":") || pick(chance, PATHS);
  return {
    ...(isTrue(chance, part) ? { rpath: path() } : {}),
    ...(isTrue(chance, part) ? { runpath: path() } : {}),
  };
}

/** Another build of a library: a few symbols fewer, a need more, a name lost. */
function change(chance: Chance, elf: ElfDescription): ElfDescription {
  const { soname, ...rest } = elf;
  const kept = isTrue(chance, 0.5) ? some(chance, elf.symbols ?? [], 0.85) : elf.symbols;
  const more = isTrue(chance, 0.2) ? [pick(chance, NAMES)] : [];
  return {
    ...rest,
    ...(soname === undefined || isTrue(chance, 0.1) ? {} : { soname }),
    symbols: kept ?? [],
    needed: [...new Set([...(elf.needed ?? []), ...more])],
    contents: String(chance()),
  };
}

function install(
  chance: Chance,
  files: Record<string, StoryFile>,
  folder: string,
  name: string,
  elf: ElfDescription,
): void {
  const isLinked = isTrue(chance, 0.4);
  files[`${folder}/${name}${isLinked ? ".0.1" : ""}`] = { elf, mode: 0o644 };
  if (isLinked) files[`${folder}/${name}`] = { link: isTrue(chance, 0.8) ? `${name}.0.1` : `${folder}/${name}.0.1` };
}

/** DT_NEEDED as it stands: a name, a path, or a path from $ORIGIN. */
function spell(chance: Chance, name: string): string {
  if (isTrue(chance, 0.9)) return name;
  return isTrue(chance, 0.5) ? `${pick(chance, FOLDERS)}/${name}` : `$ORIGIN/${name}`;
}

function isTrue(chance: Chance, part: number): boolean {
  return chance() < part;
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[Math.floor(chance() * items.length)] as Item;
}

function some<Item>(chance: Chance, items: readonly Item[], part: number): Item[] {
  return items.filter(() => isTrue(chance, part));
}

/** A linear congruential generator, with the numbers of Numerical Recipes; its upper bits are the good ones. */
function createChance(seed: number): Chance {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/**
 * An image and a host of a few libraries each, built by gcc from a seed: two editions of every library, of which the host's may
 * lack symbols, have them in other versions or in none, or need one library more. They live with this machine's own C library.
 */
import { copyFileSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../debian/archive.mjs";
import { LOADER } from "./stage.mjs";
import { BARE } from "./tools.mjs";

const LIBC = "/lib/x86_64-linux-gnu/libc.so.6";
const FOLDER = "/usr/lib/x86_64-linux-gnu";
const LIBRARIES = 9;
const ONLY_HOST = 2;
const PROGRAMS = 8;

/**
 * @param {string} folder
 * @param {ReturnType<typeof import("../random.mjs").createRandom>} random
 * @returns {{ image: { root: string, names: Map<string, string> }, host: { root: string, names: Map<string, string> } }}
 */
export function buildSmallWorld(folder, random) {
  const [image, host] = ["image", "host"].map((name) => openRoot(join(folder, name)));
  const editions = [];
  for (let index = 0; index < LIBRARIES + ONLY_HOST; index += 1) {
    const earlier = editions.filter(({ image: own }) => own !== undefined);
    const first = {
      soname: `lib${index}.so.1`,
      symbols: drawSymbols(index, random),
      needs: drawUses(earlier, "image", random),
    };
    first.now = random.below(8) === 0;
    const needs =
      random.below(2) === 0 ? first.needs : [...first.needs, ...drawUses(editions, "host", random).slice(0, 1)];
    const second = {
      ...first,
      symbols: changeSymbols(first.symbols, index, random),
      needs,
      now: random.below(8) === 0,
    };
    const own = index < LIBRARIES ? first : undefined;
    if (own !== undefined) buildLibrary(image, own, random);
    buildLibrary(host, followUses(second, editions), random);
    editions.push({ image: own, host: second });
  }
  for (let index = 0; index < PROGRAMS; index += 1) {
    const known = editions.filter(({ image: own }) => own !== undefined);
    const uses = random
      .shuffle(known)
      .slice(0, 1 + random.below(3))
      .flatMap(({ image: own }) => drawUse(own, random));
    buildProgram(image, `/usr/bin/program-${index}`, uses, random);
  }
  // One program of the host, for its machine and its loader to be known by.
  buildProgram(host, "/usr/bin/program", drawUse(editions[0].host, random), random);
  return { image, host };
}

function openRoot(root) {
  for (const one of ["lib", "lib64"]) {
    mkdirSync(join(root, "usr", one), { recursive: true });
    symlinkSync(`usr/${one}`, join(root, one));
  }
  for (const file of [LOADER, LIBC]) {
    mkdirSync(dirname(root + file), { recursive: true });
    copyFileSync(realpathSync(file), root + file);
  }
  for (const one of ["etc", "proc", "usr/bin"]) mkdirSync(join(root, one), { recursive: true });
  return { root, names: new Map() };
}

/** Symbols of a library, in one to three versions or in none. */
function drawSymbols(index, random) {
  const versions = random.below(3) === 0 ? [undefined] : ["1", "2", "3"].slice(0, 1 + random.below(3));
  return Array.from({ length: 6 }, (_, number) => {
    const version = random.pick(versions);
    const node = version === undefined ? {} : { version: `LIB${index}_${version}` };
    return { name: `symbol_${index}_${number}`, isData: number === 5, ...node };
  });
}

/** The same symbols in another edition. */
function changeSymbols(symbols, index, random) {
  switch (random.below(8)) {
    case 0:
      return symbols.slice(1 + random.below(2));
    case 1:
      return symbols.map((one, number) => (number === 2 ? { ...one, version: `LIB${index}_9` } : one));
    case 2:
      return symbols.map(({ name, isData }) => ({ name, isData }));
    case 3: {
      const lost = symbols.at(-1).version;
      return symbols.filter(({ version }) => version === undefined || version !== lost);
    }
    case 4:
      return [
        ...symbols,
        {
          name: `symbol_${index}_new`,
          isData: false,
          ...(symbols[0].version === undefined ? {} : { version: `LIB${index}_8` }),
        },
      ];
    case 5:
      return symbols.filter((_, number) => number !== 1);
    default:
      return symbols;
  }
}

/** A use of some symbols of a library. */
function drawUse({ soname, symbols }, random) {
  return symbols.length === 0 ? [] : [{ soname, symbols: random.shuffle(symbols).slice(0, 1 + random.below(3)) }];
}

function drawUses(editions, side, random) {
  return random
    .shuffle(editions)
    .slice(0, random.below(3))
    .flatMap((edition) => drawUse(edition[side], random));
}

/** The host's edition uses symbols as the host's other libraries have them. */
function followUses(library, editions) {
  const needs = library.needs.map(({ soname, symbols }) => {
    const { host } = editions.find((one) => one.host.soname === soname);
    return { soname, symbols: symbols.filter(({ name }) => host.symbols.some((one) => one.name === name)) };
  });
  return { ...library, needs };
}

function buildLibrary(side, { soname, symbols, needs, now }, random) {
  const file = `${side.root}${FOLDER}/${soname}`;
  const defined = symbols.flatMap(({ name, isData }) => [
    isData ? ".data" : ".text",
    `.globl ${name}`,
    `.type ${name}, @${isData ? "object" : "function"}`,
    `${name}: .quad 0`,
    `.size ${name}, 8`,
  ]);
  const versions = [...new Set(symbols.flatMap(({ version }) => (version === undefined ? [] : [version])))].sort();
  const nodes = versions.map((node, index) => {
    const members = symbols.filter(({ version }) => version === node).map(({ name }) => `${name};`);
    return `${node} { global: ${members.join(" ")} local: no_symbol; }${index === 0 ? "" : ` ${versions[index - 1]}`};`;
  });
  const script = nodes.length === 0 ? [] : [`-Wl,--version-script,${file}.map`];
  writeFileSync(`${file}.map`, `${nodes.join("\n")}\n`);
  link(side, file, [...defined, ...renderUses(needs, random)], needs, [
    "-shared",
    `-Wl,-soname,${soname}`,
    ...script,
    ...toBinding(now),
  ]);
  rmSync(`${file}.map`);
  side.names.set(soname, `${FOLDER}/${soname}`);
}

function buildProgram(side, path, uses, random) {
  const start = [".text", ".globl _start", "_start:", " mov $231, %eax", " mov $93, %edi", " syscall"];
  const form = random.pick(["-pie", "-no-pie"]);
  link(side, side.root + path, [...start, ...renderUses(uses, random)], uses, [
    form,
    `-Wl,-dynamic-linker,${LOADER}`,
    ...toBinding(random.below(8) === 0),
  ]);
}

/** Each symbol is called, or its address is kept. */
function renderUses(uses, random) {
  const symbols = uses.flatMap((use) => use.symbols);
  return symbols.flatMap(({ name, isData }) =>
    isData || random.below(5) === 0 ? [".data", ` .quad ${name}`] : [".text", ` call ${name}@PLT`],
  );
}

function toBinding(now) {
  return [`-Wl,-z,${now ? "now" : "lazy"}`];
}

function link(side, file, source, uses, options) {
  writeFileSync(`${file}.s`, [...source, '.section .note.GNU-stack,"",@progbits', ""].join("\n"));
  const libraries = uses.map(({ soname }) => `${side.root}${FOLDER}/${soname}`);
  const common = [
    "-Wl,--no-as-needed,--allow-shlib-undefined",
    "-o",
    file,
    `${file}.s`,
    ...libraries,
    side.root + LIBC,
  ];
  run("gcc", [...BARE, ...options, ...common]);
  rmSync(`${file}.s`);
}

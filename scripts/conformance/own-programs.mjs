/**
 * Programs and libraries that are built into a stage: they use symbols of libraries that lie there, some bound lazily and some at
 * once, and a program does nothing but end as a preloaded object would let it end.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { run } from "../debian/archive.mjs";
import { LOADER, READY } from "./stage.mjs";
import { BARE } from "./tools.mjs";

const SYMBOLS_EACH = 3;

/**
 * @typedef {object} Wanted
 * @property {string} file where it is put, on disk
 * @property {readonly string[]} uses libraries that it needs and whose symbols it uses, on disk
 * @property {"rpath" | "runpath"} [style] the kind of search path that it carries
 * @property {string} [folders] that search path
 * @property {string} [soname] makes it a library of this name
 * @property {boolean} [now] asks for its symbols to be bound at once
 * @property {number} [mode]
 */

/** @param {Wanted} wanted */
export function buildObject({ file, uses, style, folders, soname, now = false, mode = 0o755 }, random) {
  const symbols = uses.flatMap((library) => random.shuffle(listSymbols(library)).slice(0, 2 * SYMBOLS_EACH));
  const called = symbols.filter(({ isData }, index) => !isData && index % 2 === 0);
  const pointed = symbols.filter((symbol) => !called.includes(symbol));
  const own = `own_${(soname ?? "start").replace(/\W/g, "_")}`;
  const source = [
    ".text",
    ...(soname === undefined
      ? [".globl _start", "_start:", ` mov $231, %eax`, ` mov $${READY}, %edi`, " syscall"]
      : [`.globl ${own}`, `.type ${own}, @function`, `${own}:`]),
    ...called.map(({ name }) => ` call ${name}@PLT`),
    " ret",
    ".data",
    ...pointed.map(({ name }) => ` .quad ${name}`),
    '.section .note.GNU-stack,"",@progbits',
    "",
  ].join("\n");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.s`, source);
  const path = folders === undefined ? [] : [`-Wl,-rpath,${folders}`];
  run("gcc", [
    ...BARE,
    ...(soname === undefined ? ["-pie", `-Wl,-dynamic-linker,${LOADER}`] : ["-shared", `-Wl,-soname,${soname}`]),
    `-Wl,${style === "rpath" ? "--disable-new-dtags" : "--enable-new-dtags"}`,
    ...path,
    `-Wl,-z,${now ? "now" : "lazy"},--no-as-needed,--allow-shlib-undefined`,
    ...["-o", file, `${file}.s`, ...uses],
  ]);
  rmSync(`${file}.s`);
  chmodSync(file, mode);
}

/** Functions and data that a library defines, in their default version. */
function listSymbols(library) {
  const lines = run("nm", ["-D", "--defined-only", "--with-symbol-versions", library]).split("\n");
  return lines.flatMap((line) => {
    const [, kind, name] = /^[0-9a-f]+ ([TDBR]) ([A-Za-z_]\w*)(?:@@\S+)?$/.exec(line) ?? [];
    return name === undefined || name.startsWith("_") ? [] : [{ name, isData: kind !== "T" }];
  });
}

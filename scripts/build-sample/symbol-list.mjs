/**
 * Stand-in libraries from lists of symbols. A real C library does not fit into a small sample, and nothing of the sample ever
 * runs: a library that defines the right names at the right versions answers a static analysis as the real one does.
 */

// The form of a list (fixtures/sample/src/libraries/*.symbols):
//
//     # comment
//     soname libz.so.1              DT_SONAME, and the name of the file
//     string text                   a string in the read-only data
//     nodes NAME NAME               version nodes without symbols of their own here
//     uses libc abort free          symbols of another list that it refers to (name@amd64: on that machine only)
//
//     @@NEW @OLD | @@ONE            versions of the symbols that follow: amd64 | arm64; "@@" is what a linker takes,
//       memcpy environ:8            "*" is without a version, "-" is not there. name:8 is data of eight bytes,
//                                   name:8:tls the same once in every thread.

/**
 * @typedef {object} Definition
 * @property {string} node "" for a symbol without a version
 * @property {boolean} isDefault
 *
 * @typedef {object} ListedSymbol
 * @property {string} name
 * @property {"function" | "data" | "tls"} kind
 * @property {number} size of data
 * @property {readonly Definition[]} definitions
 *
 * @typedef {object} SymbolList
 * @property {string} soname
 * @property {readonly string[]} strings
 * @property {readonly string[]} nodes
 * @property {readonly { library: string, symbols: readonly string[] }[]} uses
 * @property {readonly ListedSymbol[]} symbols
 */

/**
 * A list as one machine has it.
 *
 * @param {string} text
 * @param {import("./machines.mjs").Machine} machine
 * @returns {SymbolList}
 */
export function parseSymbolList(text, machine) {
  let soname = "";
  /** @type {string[]} */
  const strings = [];
  /** @type {string[]} */
  const nodes = [];
  /** @type {{ library: string, symbols: string[] }[]} */
  const uses = [];
  /** @type {ListedSymbol[]} */
  const symbols = [];
  /** @type {Definition[]} */
  let definitions = [];
  const column = machine.architecture === "amd64" ? 0 : 1;
  for (const line of text.replaceAll("{triplet}", machine.triplet).replaceAll("{loader}", machine.loader).split("\n")) {
    const [word = "", ...rest] = line.trim().split(/\s+/);
    if (word === "" || word === "#") continue;
    if (line.startsWith(" ")) symbols.push(...toSymbols([word, ...rest], definitions));
    else if (line.includes("|")) definitions = parseDefinitions(line.split("|")[column] ?? "");
    else if (word === "soname") soname = rest.join(" ");
    else if (word === "string") strings.push(line.slice("string ".length));
    else if (word === "nodes") nodes.push(...rest);
    else if (word === "uses") uses.push(toUse(rest, machine));
    else throw new Error(`Cannot read a list of symbols: "${line}" is no line that it may hold`);
  }
  return { soname, strings, nodes, uses, symbols };
}

/**
 * @param {string} text
 * @returns {Definition[]}
 */
function parseDefinitions(text) {
  const words = text.split(/\s+/).filter((word) => word !== "" && word !== "-");
  return words.map((word) => ({ node: word.replace(/^(?:@+|\*)/, ""), isDefault: !/^@[^@]/.test(word) }));
}

/**
 * @param {readonly string[]} words
 * @param {readonly Definition[]} definitions none: the machine has none of these symbols
 * @returns {ListedSymbol[]}
 */
function toSymbols(words, definitions) {
  if (definitions.length === 0) return [];
  return words.map((word) => {
    const [name = "", size, kind] = word.split(":");
    return {
      name,
      size: Number(size ?? 0),
      kind: size === undefined ? "function" : kind === "tls" ? kind : "data",
      definitions,
    };
  });
}

/**
 * @param {readonly string[]} words
 * @param {import("./machines.mjs").Machine} machine
 */
function toUse([library = "", ...words], { architecture }) {
  const names = words.map((word) => word.split("@"));
  const here = names.filter(([, only]) => only === undefined || only === architecture);
  return { library, symbols: here.map(([name = ""]) => name) };
}

/** Prefix of labels that stay inside the library: what stands behind a name that has several versions. */
const HIDDEN = "sample_hidden";

/**
 * The assembly of a library: every function is one and the same instruction, data is zero. It is the same for both machines.
 *
 * @param {SymbolList} list
 */
export function renderAssembly({ strings, symbols, uses }) {
  const lines = [".text", "stand_in:", "  ret"];
  for (const [index, { name, kind, size, definitions }] of symbols.entries()) {
    for (const [order, { node, isDefault }] of definitions.entries()) {
      // One of several versions needs a label of its own, or the linker keeps only one of them.
      const isPlain = isDefault && definitions.length === 1;
      const label = isPlain ? name : `${HIDDEN}_${index}_${order}`;
      lines.push(`.globl ${label}`, ...renderBody(label, kind, size));
      if (!isPlain) lines.push(`.symver ${label}, ${name}${isDefault ? "@@" : "@"}${node}`);
    }
  }
  const references = uses.flatMap((use) => use.symbols);
  lines.push('.section .rodata, "a"', ".byte 0", ...strings.map((text) => `.string "${text}"`));
  lines.push('.section .data.rel.ro, "aw"', ".balign 8", ...references.map((name) => `.quad ${name}`));
  lines.push('.section .note.GNU-stack, "", %progbits');
  return `${lines.join("\n")}\n`;
}

/**
 * @param {string} label
 * @param {ListedSymbol["kind"]} kind
 * @param {number} size
 */
function renderBody(label, kind, size) {
  if (kind === "function") return [`.type ${label}, %function`, `.set ${label}, stand_in`];
  const [section, type] =
    kind === "tls" ? ['.section .tbss, "awT", %nobits', "tls_object"] : ['.section .bss, "aw", %nobits', "object"];
  return [
    section,
    ".balign 8",
    `.type ${label}, %${type}`,
    `.size ${label}, ${size}`,
    `${label}: .zero ${size}`,
    ".text",
  ];
}

/**
 * The version script of a library, empty where nothing has a version: one chain of nodes for each family of names, in the order
 * of their numbers. What it does not name stays without a version.
 *
 * @param {SymbolList} list
 */
export function renderVersionScript({ symbols, nodes }) {
  /** @type {Map<string, string[]>} */
  const members = new Map(nodes.map((node) => [node, []]));
  for (const { name, definitions } of symbols) {
    for (const { node } of definitions) {
      const names = members.get(node) ?? [];
      if (node !== "") members.set(node, names);
      if (definitions.length === 1) names.push(name);
    }
  }
  /** @type {Map<string, string>} */
  const newest = new Map();
  let script = "";
  for (const [node, names] of [...members].sort(([a], [b]) => compareNodes(a, b))) {
    const { family } = splitNode(node);
    const exported = names.length === 0 ? "" : `global: ${names.join("; ")}; `;
    const hidden = script === "" ? `local: ${HIDDEN}_*; ` : "";
    script += `${node} { ${exported}${hidden}} ${newest.get(family) ?? ""};\n`;
    newest.set(family, node);
  }
  return script;
}

/**
 * GLIBC_2.17 is of the family GLIBC; so is GLIBC_PRIVATE, and comes last in it.
 *
 * @param {string} node
 */
function splitNode(node) {
  const cut = node.lastIndexOf("_");
  const parts = node.slice(cut + 1).split(".");
  return { family: node.slice(0, cut), numbers: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : Infinity)) };
}

/**
 * @param {string} a
 * @param {string} b
 */
function compareNodes(a, b) {
  const [left, right] = [splitNode(a), splitNode(b)];
  if (left.family !== right.family) return left.family < right.family ? -1 : 1;
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at += 1) {
    const [one = -1, two = -1] = [left.numbers[at], right.numbers[at]];
    if (one !== two) return one - two;
  }
  return 0;
}

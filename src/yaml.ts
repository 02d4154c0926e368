/**
 * YAML's one door: a document with the places of what is in it, so that whoever finds a fault in its content can say where. YAML is
 * written by people, and an error about it that has no line is none.
 *
 * A file is hostile until read: its size is limited, aliases may not multiply what it holds (`maxAliasCount`), and a key that stands
 * twice is an error, since two readers would not take the same one. How deep it is nested is measured first: the package's composer
 * goes down by recursion, and where V8 has to compile a pattern at the end of the stack it ends the whole process.
 */
import { type CST, isMap, isNode, isSeq, LineCounter, parseDocument, Parser, stringify, type Document } from "yaml";

/** characters of a document; what people write is far smaller, and a quarter of a MiB of brackets takes the parser seconds */
const MAX_LENGTH = 2 ** 18;
/** times that an alias may be taken, over all of a document */
const MAX_ALIASES = 100;
/** lists and maps inside each other */
const MAX_DEPTH = 64;

export interface YamlPlace {
  /** from 1 */
  readonly line: number;
  /** from 1 */
  readonly column: number;
}

export interface YamlDocument {
  readonly kind: "document";
  /** plain data */
  readonly value: unknown;
  /** where what stands under these keys and indexes begins; that of a key where it has one. The nearest that is there, else. */
  readonly placeOf: (path: readonly (string | number)[]) => YamlPlace;
}

export interface YamlFault {
  readonly kind: "fault";
  /** a sentence without a final period: what is wrong */
  readonly message: string;
  readonly place: YamlPlace;
}

export interface YamlOptions {
  /**
   * text: every scalar is the text that stands there, so that 2.30 is no 2.3, and NO no boolean; core: as YAML 1.2 has them
   */
  readonly scalars: "text" | "core";
}

/** Reads one YAML 1.2 document, of which JSON is a part. */
export function parseYaml(text: string, { scalars }: YamlOptions): YamlDocument | YamlFault {
  if (text.length > MAX_LENGTH) return faultAt(`it has more than ${MAX_LENGTH} characters`, { line: 1, column: 1 });
  const lines = new LineCounter();
  const placeAt = (offset: number): YamlPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (isTooDeep([...new Parser(lines.addNewLine).parse(text)]))
    return faultAt("it is nested too deeply", { line: 1, column: 1 });
  const document = parseDocument(text, {
    schema: scalars === "text" ? "failsafe" : "core",
    prettyErrors: false,
    // Told below, as errors: a warning is about tags, which nothing here knows.
    logLevel: "error",
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === "MULTIPLE_DOCS")
    return faultAt("another document begins, expected one", placeAt(problem.pos[0]));
  if (problem !== undefined) return faultAt(toSentence(problem.message), placeAt(problem.pos[0]));
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: "document", value, placeOf: (path) => placeAt(findOffset(document, path)) };
  } catch (error) {
    // What an alias stands for is looked up only here.
    if (error instanceof ReferenceError) return faultAt(toSentence(error.message), { line: 1, column: 1 });
    throw error;
  }
}

/** Plain data as a YAML document. Lines are not folded, and nothing is written as an alias of something before it. */
export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The tree of tokens, which the package makes without recursion, level by level. */
function isTooDeep(tokens: readonly CST.Token[]): boolean {
  let level: readonly unknown[] = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(listInner);
  }
  return false;
}

function listInner(token: unknown): readonly unknown[] {
  if (typeof token !== "object" || token === null) return [];
  if ("items" in token) return (token as CST.BlockMap).items.flatMap(({ key, value }) => [key, value]);
  return "value" in token ? [token.value] : [];
}

function faultAt(message: string, place: YamlPlace): YamlFault {
  return { kind: "fault", message, place };
}

function toSentence(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return (line.charAt(0).toLowerCase() + line.slice(1)).replace(/[.:]$/, "");
}

/** Follows a path through the nodes, as far as it goes. */
function findOffset({ contents }: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}

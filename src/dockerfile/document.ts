/**
 * A Dockerfile as stages, each with what an update looks at: its base, its ARG and LABEL instructions, and the images that it takes
 * files from. Everything knows where it stands. The one door to dockerfile-ast, which knows directives, continuation lines, heredocs
 * and quotes.
 *
 * https://docs.docker.com/reference/dockerfile/
 */
import {
  DockerfileParser,
  type Dockerfile,
  type Flag,
  type From,
  type Instruction,
  type Property,
  type PropertyInstruction,
} from "dockerfile-ast";
import type { Span, Word } from "./span.js";

/** `ARG name` or `ARG name=value`. */
export interface ArgDeclaration {
  readonly name: string;
  /** as written between its quotes, where it has some */
  readonly value?: Word;
  readonly line: number;
}

export interface LabelPair {
  readonly key: string;
  readonly value: string;
  /** key, equals sign and value */
  readonly span: Span;
  /** the value between its quotes, where it has some */
  readonly valueSpan?: Span;
}

export interface LabelInstruction {
  readonly pairs: readonly LabelPair[];
  readonly span: Span;
  readonly line: number;
}

export interface Stage {
  /** FROM's image, as written */
  readonly image: Word;
  readonly platform?: string;
  /** AS name, in lower case */
  readonly name?: string;
  /** the whole FROM instruction */
  readonly span: Span;
  readonly line: number;
  readonly labels: readonly LabelInstruction[];
  /** images and stages that COPY --from and RUN --mount=from= name */
  readonly sources: readonly (Word & { readonly line: number })[];
  /** whether it may hold other files than its base */
  readonly changesFiles: boolean;
}

export interface DockerfileDocument {
  readonly text: string;
  /** ARG before the first FROM: the only ones that a FROM may use */
  readonly globals: readonly ArgDeclaration[];
  /** every ARG of the file, these too */
  readonly args: readonly ArgDeclaration[];
  readonly stages: readonly Stage[];
  readonly escape: "\\" | "`";
}

const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

/**
 * Reads a Dockerfile.
 *
 * @param text of which each character is one byte (see toText); lines count from 1
 */
export function parseDockerfile(text: string): DockerfileDocument {
  // The mark is no part of the first line: builders skip it. As spaces it keeps every offset.
  const readable = text.startsWith(BYTE_ORDER_MARK) ? `   ${text.slice(BYTE_ORDER_MARK.length)}` : text;
  const ast = DockerfileParser.parse(readable);
  const place = createPlaces(readable);
  const instructions = ast.getInstructions();
  const firstFrom = instructions.findIndex(isFrom);
  const toArgs = (list: readonly Instruction[]): readonly ArgDeclaration[] =>
    list.filter(isArg).flatMap((one) => toArgDeclarations(one, place));
  return {
    text,
    globals: toArgs(firstFrom === -1 ? instructions : instructions.slice(0, firstFrom)),
    args: toArgs(instructions),
    stages: toStages(ast, place),
    escape: ast.getEscapeCharacter() === "`" ? "`" : "\\",
  };
}

interface Places {
  readonly text: string;
  toSpan(range: AstRange): Span;
}

interface AstRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** From lines and columns to offsets. The parser's lines end at CR, LF or both. */
function createPlaces(text: string): Places {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
  const toOffset = ({ line, character }: AstRange["start"]): number => (starts[line] ?? text.length) + character;
  return { text, toSpan: ({ start, end }) => ({ start: toOffset(start), end: toOffset(end) }) };
}

const CHANGES_FILES: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD"]);

/** What ARG and LABEL have in common. */
function isArg(instruction: Instruction): instruction is PropertyInstruction {
  return instruction.getKeyword() === "ARG";
}

function isLabel(instruction: Instruction): instruction is PropertyInstruction {
  return instruction.getKeyword() === "LABEL";
}

function isFrom(instruction: Instruction): instruction is From {
  return instruction.getKeyword() === "FROM";
}

function toStages(ast: Dockerfile, place: Places): readonly Stage[] {
  const stages: { from: From; rest: Instruction[] }[] = [];
  for (const instruction of ast.getInstructions()) {
    if (isFrom(instruction)) stages.push({ from: instruction, rest: [] });
    else stages.at(-1)?.rest.push(instruction);
  }
  return stages.flatMap(({ from, rest }) => {
    const range = from.getImageRange();
    if (range === null) return [];
    const name = from.getBuildStage()?.toLowerCase();
    const platform = from.getPlatformFlag()?.getValue();
    return [
      {
        image: toWord(range, place),
        ...(platform === undefined || platform === null ? {} : { platform }),
        ...(name === undefined ? {} : { name }),
        span: place.toSpan(from.getRange()),
        line: from.getRange().start.line + 1,
        labels: rest.filter(isLabel).map((one) => toLabel(one, place)),
        sources: rest.flatMap((one) => toSources(one, place)),
        changesFiles: rest.some((one) => CHANGES_FILES.has(one.getKeyword())),
      },
    ];
  });
}

function toWord(range: AstRange, { text, toSpan }: Places): Word {
  const span = toSpan(range);
  return { text: text.slice(span.start, span.end), span };
}

function toArgDeclarations(instruction: PropertyInstruction, place: Places): readonly ArgDeclaration[] {
  const line = instruction.getRange().start.line + 1;
  return instruction.getProperties().map((property) => {
    const value = findValue(property, place);
    return { name: property.getName(), line, ...(value === undefined ? {} : { value }) };
  });
}

function toLabel(instruction: PropertyInstruction, place: Places): LabelInstruction {
  return {
    span: place.toSpan(instruction.getRange()),
    line: instruction.getRange().start.line + 1,
    pairs: instruction.getProperties().map((property) => {
      const value = findValue(property, place);
      return {
        key: property.getName(),
        value: property.getValue() ?? "",
        span: place.toSpan(property.getRange()),
        ...(value === undefined ? {} : { valueSpan: value.span }),
      };
    }),
  };
}

/** A value without the quotes around all of it. */
function findValue(property: Property, place: Places): Word | undefined {
  const range = property.getValueRange();
  if (range === null) return undefined;
  const { text, span } = toWord(range, place);
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || text.at(-1) !== quote) return { text, span };
  return { text: text.slice(1, -1), span: { start: span.start + 1, end: span.end - 1 } };
}

interface WithFlags {
  getFlags?(): readonly Flag[];
}

/** What COPY --from and RUN --mount=from= name. */
function toSources(instruction: Instruction, place: Places): Stage["sources"] {
  const line = instruction.getRange().start.line + 1;
  const flags = (instruction as WithFlags).getFlags?.() ?? [];
  return flags.flatMap((flag) => {
    const ofMount = flag.getName() === "mount" ? flag.getOptions().filter((option) => option.getName() === "from") : [];
    const named = flag.getName() === "from" && instruction.getKeyword() === "COPY" ? [flag, ...ofMount] : ofMount;
    return named.flatMap((one) => {
      const range = one.getValueRange();
      return range === null ? [] : [{ ...toWord(range, place), line }];
    });
  });
}

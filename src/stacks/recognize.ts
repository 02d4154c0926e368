/** What one file is: the library of a stack, by its symbols and by what it says, with its release where it tells it. */
import type { ElfObject } from "../elf/object.js";
import { STACK_LIBRARIES } from "../knowledge/stack-libraries.js";
import type { StackLibrary } from "../knowledge/stack-library.js";
import type { FileFacts } from "../loader/facts.js";
import { hasSymbol, listCandidates } from "../loader/stack-marks.js";

/** A file that was recognised. */
export interface Recognized {
  readonly is: StackLibrary;
  /** its release */
  readonly version?: string;
  /** MPICH's ABI as libtool counts it: current, revision and age */
  readonly abi?: string;
  /** the last of its version nodes that tell its interface */
  readonly api?: string;
  /** what a provider is called */
  readonly provider?: string;
}

const NAMELESS = STACK_LIBRARIES.filter(({ defines }) => defines.length === 0);

/**
 * @param name the name of the file itself, with links followed
 * @returns undefined where it is none that is known; a program is none, though it may hold such a library
 */
export function recognize(name: string, facts: Extract<FileFacts, { kind: "elf" }>): Recognized | undefined {
  const { elf, texts = [] } = facts;
  if (elf.interp !== undefined && elf.soname === undefined) return undefined;
  const is = [...listCandidates(elf), ...NAMELESS].find((one) => isMarked(one, name, elf, texts));
  if (is === undefined) return undefined;
  const version =
    firstGroup(is.version?.texts ?? [], texts, "version") ?? is.version?.file?.exec(name)?.groups?.["version"];
  const abi = firstGroup(is.version?.texts ?? [], texts, "abi");
  const api = is.nodes === undefined ? undefined : lastNode(elf, is.nodes);
  const provider = is.provider?.exec(name)?.groups?.["provider"];
  return {
    is,
    ...(version === undefined ? {} : { version }),
    ...(abi === undefined ? {} : { abi }),
    ...(api === undefined ? {} : { api }),
    ...(provider === undefined ? {} : { provider }),
  };
}

/** Whether something opens files of this name as providers. */
export function isProviderName(name: string): boolean {
  return STACK_LIBRARIES.some(({ provider }) => provider?.test(name) === true);
}

function isMarked({ marks, provider }: StackLibrary, name: string, elf: ElfObject, texts: readonly string[]): boolean {
  // A file that is opened by its name is nothing under another.
  if (provider?.test(name) === false) return false;
  if (marks === undefined) return true;
  const { symbols = [], texts: patterns = [], asksFor, file } = marks;
  return (
    symbols.some((symbol) => hasSymbol(elf, symbol)) ||
    patterns.some((pattern) => texts.some((text) => pattern.test(text))) ||
    (asksFor !== undefined && elf.versions.requirements.some((one) => asksFor.test(one.name))) ||
    file?.test(name) === true
  );
}

function firstGroup(patterns: readonly RegExp[], texts: readonly string[], group: string): string | undefined {
  for (const pattern of patterns) {
    for (const text of texts) {
      const found = pattern.exec(text)?.groups?.[group];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The highest, by numbers: nodes stand in no order. */
function lastNode(elf: ElfObject, pattern: RegExp): string | undefined {
  const found = elf.versions.definitions.flatMap(({ name }) => pattern.exec(name)?.groups?.["api"] ?? []);
  return found.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

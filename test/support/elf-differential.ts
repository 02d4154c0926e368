/** Compares what parseElf and readelf say of the same files. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { bytesSource } from "../../src/elf/bytes.js";
import { isElf } from "../../src/elf/header.js";
import type { ElfObject } from "../../src/elf/object.js";
import { parseElf } from "../../src/elf/parse.js";
import { readelfLines } from "./elf-readelf.js";

const BATCH = 60;
const PARALLEL = 2;

/** The ELF files in folders and below, each inode once, sorted. */
export function findElfFiles(folders: readonly string[]): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { dev, ino } = statSync(path);
      if (seen.has(`${dev}:${ino}`)) continue;
      seen.add(`${dev}:${ino}`);
      if (isElf(readHead(path))) found.push(path);
    }
  }
  return found.sort();
}

/** One question to readelf, and how its answer is held against a parsed file. */
export interface Question<Facts> {
  readonly options: readonly string[];
  createFacts(): Facts;
  /** Takes in one line of the answer about one file. */
  addLine(facts: Facts, line: string): void;
  /** What differs, in words. */
  findDifference(elf: ElfObject, facts: Facts): string | undefined;
}

export interface Comparison {
  readonly files: number;
  /** `path: what differs` */
  readonly differences: readonly string[];
}

/** Each file read by both; at most two readelf at a time, each with many files. */
export async function compareWithReadelf<Facts>(
  paths: readonly string[],
  question: Question<Facts>,
): Promise<Comparison> {
  const pending: string[][] = [];
  for (let i = 0; i < paths.length; i += BATCH) pending.push(paths.slice(i, i + BATCH));
  let files = 0;
  const differences: string[] = [];
  const work = async (): Promise<void> => {
    for (let batch = pending.pop(); batch !== undefined; batch = pending.pop()) {
      for await (const [path, facts] of readFacts(batch, question)) {
        files += 1;
        const difference = await compareFile(path, facts, question);
        if (difference !== undefined) differences.push(`${path}: ${difference}`);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, () => work()));
  return { files, differences };
}

async function* readFacts<Facts>(
  paths: readonly string[],
  question: Question<Facts>,
): AsyncGenerator<readonly [string, Facts]> {
  // readelf names files only where it has more than one.
  const asked = paths.length === 1 ? [...paths, ...paths] : paths;
  let facts: Facts | undefined;
  let next = 0;
  for await (const line of readelfLines(question.options, asked)) {
    if (line === `File: ${asked[next]}`) {
      if (facts !== undefined) yield [asked[next - 1] as string, facts];
      if (next === paths.length) return;
      facts = question.createFacts();
      next += 1;
    } else if (facts !== undefined) {
      question.addLine(facts, line);
    }
  }
  if (facts !== undefined) yield [asked[next - 1] as string, facts];
}

async function compareFile<Facts>(path: string, facts: Facts, question: Question<Facts>): Promise<string | undefined> {
  try {
    const elf = await parseElf(bytesSource(readFileSync(path)));
    return elf.damage?.problem ?? question.findDifference(elf, facts);
  } catch (error) {
    return String(error);
  }
}

function readHead(path: string): Uint8Array {
  const head = Buffer.alloc(4);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return head;
}

/** The inspector of those who ask what an image needs: what the loader's inspector learns of a file, and more. */
import { scanCode } from "../code/scan-code.js";
import { isElf } from "../elf/header.js";
import { findLoadedParts } from "../elf/parts.js";
import type { ByteSource } from "../elf/source.js";
import { fileInspector } from "../loader/inspect.js";
import { isLoaderFile } from "../loader/libc-strings.js";
import { isPackageDatabase, readPackageDatabase } from "../packages/database.js";
import type { NeedExtras, NeedFacts } from "./facts.js";
import { findTexts } from "./texts.js";

/** A larger file that starts with "#!" is no script that somebody wrote: an installer that carries an archive. Its line counts. */
const MAX_LINE = 256;
const SCRIPT = /^#!/;
/** Program headers lie in the first bytes of a file. */
const START = 64 << 10;

export const needInspector = {
  /** Whether a body is worth reading: also a database of packages, and a script, whose first line says what runs it. */
  wants(path: string, head: Uint8Array, size: number): boolean {
    return fileInspector.wants(path, head, size) || isScript(head) || isPackageDatabase(path, size);
  },

  /** What is looked at of a large file: what a process loads of it, without gigabytes of code for a GPU. */
  findParts: (start: Uint8Array, size: number) =>
    isElf(start) ? findLoadedParts(start, size) : Promise.resolve(undefined),

  /** The facts of a body. */
  async inspect(path: string, body: ByteSource): Promise<NeedFacts> {
    const head = new Uint8Array(body.read(0, Math.min(MAX_LINE, body.size)));
    if (!isElf(head) && isPackageDatabase(path, body.size)) {
      const isText = fileInspector.wants(path, head, body.size);
      const facts = isText ? await fileInspector.inspect(path, body) : fileInspector.skipped;
      return { ...facts, extras: { database: readPackageDatabase(path, body) } };
    }
    if (isScript(head) && !fileInspector.wants(path, head, body.size))
      return { ...fileInspector.skipped, extras: { script: firstLine(head) } };
    const facts = await fileInspector.inspect(path, body);
    if (facts.kind !== "elf") return facts;
    const start = new Uint8Array(body.read(0, Math.min(START, body.size)));
    const parts = (await findLoadedParts(start, body.size)) ?? [{ offset: 0, length: body.size }];
    const extras: NeedExtras = {
      ...findTexts(body, { elf: facts.elf, isLoader: isLoaderFile(path, facts.elf), parts }),
      ...(await scanCode(body, facts.elf, parts)),
    };
    return Object.keys(extras).length === 0 ? facts : { ...facts, extras };
  },

  skipped: fileInspector.skipped as NeedFacts,

  /** About how many bytes of memory facts hold. */
  weigh(facts: NeedFacts): number {
    return fileInspector.weigh(facts) + (facts.extras === undefined ? 0 : JSON.stringify(facts.extras).length);
  },

  listReadPaths: fileInspector.listReadPaths,

  /** The facts of a file whose body could not be had. */
  unread: (reason: string): NeedFacts => fileInspector.unread(reason),
};

function isScript(head: Uint8Array): boolean {
  return !isElf(head) && SCRIPT.test(Buffer.from(head.subarray(0, 2)).toString("latin1"));
}

/** Without blanks and tabs around it, which alone the kernel passes over: a carriage return is a part of the interpreter's name. */
function firstLine(head: Uint8Array): string {
  const line = Buffer.from(head).toString("latin1").slice(2).split("\n", 1)[0] ?? "";
  return line.replace(/^[ \t]+|[ \t]+$/g, "");
}

/**
 * Every command that the documentation shows is run, and prints what the documentation says. After a change that is meant,
 * `UPDATE_DOCS=1 npx vitest run test/docs.test.ts` writes the new output into the files.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findConsoleBlocks, runBlock, splitWords, updateTranscripts } from "./support/transcript.js";

const ROOT = join(import.meta.dirname, "..");
const FILES = listFiles();

describe.each(FILES)("%s", (file) => {
  const path = join(ROOT, file);
  const markdown = readFileSync(path, "utf8");
  const blocks = findConsoleBlocks(markdown);

  if (process.env["UPDATE_DOCS"] === "1") {
    test("is written anew", () => {
      const updated = updateTranscripts(markdown);
      if (updated !== markdown) writeFileSync(path, updated);
      expect(findConsoleBlocks(updated)).toHaveLength(blocks.length);
    });
    return;
  }
  test.each(blocks)("prints what line $line on shows", (block) => {
    expect(runBlock(block)).toBe(block.text);
  });
});

describe("console blocks", () => {
  test("are found with the stories before them, each of which counts once", () => {
    const fence = "```";
    const markdown = `<!-- story: a -->\n${fence}console\n$ one\n${fence}\n${fence}sh\n$ no\n${fence}\n${fence}console\n$ two\n${fence}\n`;
    expect(findConsoleBlocks(markdown)).toEqual([
      { text: "$ one\n", story: "a", offset: 29, line: 3 },
      { text: "$ two\n", offset: 65, line: 9 },
    ]);
  });

  test("hold Markdown with fences of its own, in a longer fence", () => {
    const markdown = "````console\n$ one\n```text\nwords\n```\n````\n";
    expect(findConsoleBlocks(markdown)).toEqual([{ text: "$ one\n```text\nwords\n```\n", offset: 12, line: 2 }]);
  });

  test("print the exit code of the command before", () => {
    const block = { text: "$ containerspec analyze nothing.tar --host nowhere\nold\n$ echo $?\n", offset: 0, line: 1 };
    const [first, second, ...rest] = runBlock(block).trimEnd().split("\n$ ");
    expect(first).toMatch(/^\$ containerspec analyze .*\ncontainerspec: Cannot open nowhere/);
    expect(second).toBe("echo $?\n3");
    expect(rest).toEqual([]);
  });

  test("have words as a shell makes them", () => {
    expect(splitWords(`analyze app.tar --library 'lib mpi*' --x="a b"c`)).toEqual([
      "analyze",
      "app.tar",
      "--library",
      "lib mpi*",
      "--x=a bc",
    ]);
  });

  test("run nothing but containerspec", () => {
    expect(() => runBlock({ text: "$ rm -rf somewhere\n", offset: 0, line: 1 })).toThrow("only containerspec");
  });
});

/** README.md, what is in docs/, and the transcripts of stories; only files that show a command. */
function listFiles(): readonly string[] {
  const listIn = (folder: string): readonly string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return [
    ...readdirSync(ROOT).filter((name) => name === "README.md"),
    ...listIn("docs").filter((name) => name.endsWith(".md")),
    ...listIn("fixtures").filter((name) => basename(name) === "expected.md"),
  ]
    .filter((file) => findConsoleBlocks(readFileSync(join(ROOT, file), "utf8")).length > 0)
    .sort();
}

/**
 * Console blocks of Markdown files, as what they claim to be: commands and what they print. Each command is run and its output
 * compared, or written into the file. A block with the comment `<!-- story: fixtures/rules/<id> -->` before it runs in a folder
 * that holds the story's image.tar and host/, and one with `<!-- story: fixtures/images/<name> -->` in a folder with its files and images; any
 * other block runs in the root of the repository.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { IMAGES as NEWER_BASE } from "../../fixtures/images/newer-base/images.js";
import { IMAGES as UPGRADE } from "../../fixtures/images/upgrade/images.js";
import { withCacheHome } from "./cache-home.js";
import { STORIES } from "./story-list.js";
import { writeScene } from "./story.js";
import { toImageTar, type StoryImage } from "./story-image.js";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "dist/cli/main.js");
/** The fence at the end is as long as that before: what is printed may be Markdown, with fences of its own. */
const BLOCK = /^( *)(`{3,})console\n([\s\S]*?)^\1\2$/gm;
/** Stories of images without a host, by their folders; an image is described, or is an archive already. */
const IMAGE_STORIES: Readonly<Record<string, Readonly<Record<string, StoryImage | Uint8Array>>>> = {
  "fixtures/images/newer-base": NEWER_BASE,
  "fixtures/images/upgrade": UPGRADE,
};
const STORY = /<!-- story: (\S+) -->/g;

/** What changes how the program writes, where tests run; and a day, which acceptances of a policy are held against. */
const ENVIRONMENT = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", SOURCE_DATE_EPOCH: "1796083200" };

/** One console block of a file. */
export interface ConsoleBlock {
  /** as the file has it, without the fences */
  readonly text: string;
  /** folder of the story that it runs in */
  readonly story?: string;
  /** where its text starts in the file */
  readonly offset: number;
  readonly line: number;
}

/** The console blocks of a Markdown file, in order. A story's comment counts for one block: the next one. */
export function findConsoleBlocks(markdown: string): readonly ConsoleBlock[] {
  let after = 0;
  return [...markdown.matchAll(BLOCK)].map((match) => {
    const offset = match.index + match[0].indexOf("\n") + 1;
    const story = [...markdown.slice(after, match.index).matchAll(STORY)].at(-1)?.[1];
    after = match.index + match[0].length;
    const line = markdown.slice(0, offset).split("\n").length;
    return { text: match[3] ?? "", offset, line, ...(story === undefined ? {} : { story }) };
  });
}

/** The file with every console block as it should be. */
export function updateTranscripts(markdown: string): string {
  let updated = markdown;
  for (const block of [...findConsoleBlocks(markdown)].reverse()) {
    const end = block.offset + block.text.length;
    updated = updated.slice(0, block.offset) + runBlock(block) + updated.slice(end);
  }
  return updated;
}

/** Runs a block's commands; returns its text with what they print now. */
export function runBlock({ text, story }: ConsoleBlock): string {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-docs-"));
  try {
    if (story !== undefined) writeStory(story, folder);
    return runCommands(text, story === undefined ? ROOT : folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeStory(story: string, folder: string): void {
  const images = IMAGE_STORIES[story];
  if (images === undefined) writeScene(findStory(story), folder);
  else {
    cpSync(join(ROOT, story), folder, { recursive: true });
    for (const [name, image] of Object.entries(images))
      writeFileSync(join(folder, name), image instanceof Uint8Array ? image : toImageTar(image));
  }
}

function findStory(folder: string) {
  const story = STORIES.find(({ rule }) => folder === `fixtures/rules/${rule}`);
  if (story === undefined) throw new Error(`there is no story ${basename(folder)} in fixtures/rules`);
  return story;
}

function runCommands(text: string, folder: string): string {
  let status = 0;
  const lines = text.split("\n").filter((line) => line.trimStart().startsWith("$ "));
  return lines
    .map((line) => {
      const words = splitWords(line.trimStart().slice(2));
      const result = runCommand(words, folder, status);
      status = result.status;
      return `${line}\n${result.output}`;
    })
    .join("");
}

function runCommand(words: readonly string[], cwd: string, status: number): { status: number; output: string } {
  const [name, ...args] = words;
  if (name === "echo") return { status: 0, output: `${args.join(" ").replace("$?", String(status))}\n` };
  if (name !== "containerspec")
    throw new Error(`only containerspec and echo can be run here, not ${name ?? "nothing"}`);
  const result = withCacheHome((cacheHome) =>
    spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { ...ENVIRONMENT, XDG_CACHE_HOME: cacheHome },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  if (result.error !== undefined) throw result.error;
  return {
    status: result.status ?? -1,
    output: withoutTrailingSpace(result.stdout) + withoutTrailingSpace(result.stderr),
  };
}

/** Markdown tools remove space at the ends of lines, and the carriage returns of CSV. */
function withoutTrailingSpace(text: string): string {
  return text.replace(/[ \t\r]+$/gm, "");
}

/** Words as a shell makes them of simple text: separated by spaces, held together by quotes. */
export function splitWords(command: string): readonly string[] {
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_whole, single, double) => String(single ?? double)),
  );
}

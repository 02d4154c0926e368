/** All files of share/, by their paths: what the script writes and the test compares. */
import { renderBash } from "./bash.mjs";
import { renderFish } from "./fish.mjs";
import { renderMan } from "./man.mjs";
import { describeProgram } from "./model.mjs";
import { renderZsh } from "./zsh.mjs";

/**
 * @param {{
 *   createProgram: () => import("commander").Command, FORMAT_NAMES: string, EMITTER_NAMES: string, VERSION: string,
 *   CPU_LEVELS: readonly string[]
 * }} modules
 * @param {string} page docs/cli.md
 * @returns {Record<string, string>}
 */
export function renderShellFiles({ createProgram, FORMAT_NAMES, EMITTER_NAMES, VERSION, CPU_LEVELS }, page) {
  const program = describeProgram(createProgram(), {
    version: VERSION,
    formats: FORMAT_NAMES.split(", "),
    emitters: EMITTER_NAMES.split(", "),
    levels: [...CPU_LEVELS],
  });
  return {
    "share/completions/containerspec.bash": renderBash(program),
    "share/completions/_containerspec": renderZsh(program),
    "share/completions/containerspec.fish": renderFish(program),
    "share/man/man1/containerspec.1": renderMan(
      program,
      readRows(page, "Exit codes"),
      readRows(page, "Environment variables"),
    ),
  };
}

/**
 * The two columns of the table in a section.
 *
 * @param {string} page
 * @param {string} title
 */
function readRows(page, title) {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
  return [...section.matchAll(/^\| (`[A-Z_]+`|\d+) +\| (.*?) +\|$/gm)].map(([, name = "", meaning = ""]) => ({
    name: plain(name),
    meaning: plain(meaning),
  }));
}

/**
 * Without code marks and links.
 *
 * @param {string} text
 */
function plain(text) {
  return text.replaceAll("`", "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

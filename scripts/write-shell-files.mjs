/**
 * Writes share/: completions for bash, zsh and fish, and the manual page, from the program's own definition and the tables of
 * docs/cli.md. `npm run build` goes before.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { renderShellFiles } from "./shell/files.mjs";

const root = new URL("../", import.meta.url);
/** @param {string} path */
const load = (path) => import(new URL(`build/${path}`, root).href);
const modules = {
  ...(await load("cli/program.js")),
  ...(await load("cli/formats.js")),
  ...(await load("cli/emitters.js")),
  ...(await load("vocabulary.js")),
};
const page = await readFile(new URL("docs/cli.md", root), "utf8");
for (const [path, text] of Object.entries(renderShellFiles(modules, page))) {
  const file = new URL(path, root);
  await mkdir(dirname(file.pathname), { recursive: true });
  await writeFile(file, text);
}

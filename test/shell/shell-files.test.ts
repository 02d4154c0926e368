/**
 * share/: completions and the manual page are those that the program's own definition gives (`npm run build && node
 * scripts/write-shell-files.mjs` writes them), and the shells and readers of manuals take them.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { EMITTER_NAMES } from "../../src/cli/emitters.js";
import { FORMAT_NAMES } from "../../src/cli/formats.js";
import { createProgram } from "../../src/cli/program.js";
import { CPU_LEVELS, VERSION } from "../../src/vocabulary.js";
import { createFolder, MAIN } from "../cli/run-cli.js";
import { hasTool } from "../support/image-disk.js";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/cli.md"), "utf8");
const { renderShellFiles } = (await import(pathToFileURL(join(ROOT, "scripts/shell/files.mjs")).href)) as {
  renderShellFiles: (modules: object, page: string) => Readonly<Record<string, string>>;
};
const FILES = renderShellFiles({ createProgram, FORMAT_NAMES, EMITTER_NAMES, VERSION, CPU_LEVELS }, PAGE);
const share = (path: string): string => join(ROOT, "share", path);

test.each(Object.entries(FILES))("%s is current (scripts/write-shell-files.mjs writes it)", (path, text) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
});

/** A folder with files to complete, and the program on the PATH. */
const cwd = createFolder();
mkdirSync(join(cwd, "bin"));
mkdirSync(join(cwd, "folder"));
writeFileSync(join(cwd, "an image.tar"), "");
writeFileSync(join(cwd, "bin/containerspec"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`, {
  mode: 0o755,
});

function run(shell: string, args: readonly string[]): string {
  const env = {
    PATH: `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}`,
    HOME: cwd,
    XDG_CACHE_HOME: cwd,
    TERM: "dumb",
  };
  const { stdout, stderr } = spawnSync(shell, args, { cwd, encoding: "utf8", env });
  expect(stderr).toBe("");
  return stdout;
}

/** What each shell is asked, and words that must and must not be offered. */
const QUESTIONS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["", ["analyze", "host", "match", "diff", "policy", "doctor"], ["--placement"]],
  ["analyze --pla", ["--placement", "--platform"], ["--host"]],
  ["analyze --qui", ["--quiet"], []],
  ["analyze --placement ", ["over", "first", "last"], ["analyze"]],
  ["analyze app.tar --format ", ["sarif", "junit", "html"], ["an image.tar"]],
  ["analyze --host host --fail-on un", ["unknown", "unsafe"], ["safe"]],
  ["analyze an", ["an image.tar"], ["analyze"]],
  ["policy ", ["check"], []],
  ["explain link", ["link-loop"], ["machine-differs"]],
];

describe.skipIf(!hasTool("bash"))("bash", () => {
  test.each(QUESTIONS)("containerspec %s", (line, offered, others) => {
    const words = ["containerspec", ...line.split(" ")];
    const list = words.map((word) => `'${word}'`).join(" ");
    const script = `source '${share("completions/containerspec.bash")}'; complete -p containerspec >/dev/null; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _containerspec; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const found = run("bash", ["--norc", "-c", script]).trimEnd().split("\n");
    expect(found).toEqual(expect.arrayContaining([...offered]));
    for (const word of others) expect(found).not.toContain(word);
  });
});

const hasFish = hasTool("fish");
describe.skipIf(!hasFish)(`fish${hasFish ? "" : " (skipped: not installed)"}`, () => {
  test.each(QUESTIONS)("containerspec %s", (line, offered, others) => {
    const script = `source '${share("completions/containerspec.fish")}'; complete -C 'containerspec ${line}'`;
    const found = run("fish", ["--no-config", "-c", script])
      .split("\n")
      .map((row) => (row.split("\t")[0] ?? "").replaceAll("\\ ", " "));
    expect(found).toEqual(expect.arrayContaining([...offered]));
    for (const word of others) expect(found).not.toContain(word);
  });
});

const hasZsh = hasTool("zsh");
test.skipIf(!hasZsh)(`zsh takes its file${hasZsh ? "" : " (skipped: not installed)"}`, () => {
  run("zsh", ["-f", "-n", share("completions/_containerspec")]);
  const script = `autoload -U compinit; compinit -u -D; source '${share("completions/_containerspec")}'; print $_comps[containerspec] $+functions[_containerspec]`;
  expect(run("zsh", ["-f", "-c", script])).toBe("_containerspec 1\n");
});

describe("the manual page", () => {
  const page = share("man/man1/containerspec.1");
  const hasMandoc = hasTool("mandoc", "-T", "lint", "-W", "error", page);
  test.skipIf(!hasMandoc)(`is without fault for mandoc${hasMandoc ? "" : " (skipped: not installed)"}`, () => {
    const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "warning", page], { encoding: "utf8" });
    // A date would be another one with each build.
    expect(stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date"))).toEqual([]);
  });
  const hasMan = hasTool("man");
  test.skipIf(!hasMan)(`reads well in man${hasMan ? "" : " (skipped: not installed)"}`, () => {
    const env = { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "100", MANPAGER: "cat" };
    const { stdout, stderr } = spawnSync("man", ["--warnings", "-l", page], { encoding: "utf8", env });
    expect(stderr).toBe("");
    for (const words of [
      "--placement <where>",
      "EXIT STATUS",
      "NO_COLOR",
      "containerspec policy check",
      "the gate fails",
    ])
      expect(stdout.replace(/\s+/g, " ")).toContain(words);
  });
});

/** Names in an image or a host may be escape sequences: none of them comes to a terminal. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toDisplayText } from "../../src/index.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
const EVIL = "x\u001b[31m\u001b]0;title\u0007\u009b2J\u202e";
const SHOWN = "x\\x1b[31m\\x1b]0;title\\x07\\xc2\\x9b2J\\xe2\\x80\\xae";
writeRoot(join(cwd, "host"), { ...HOST, "etc/os-release": `PRETTY_NAME="Linux ${EVIL}"\n` });
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE, { references: [`app:${EVIL}`] }));
const two = packImage(IMAGE, { architecture: EVIL });
writeFileSync(join(cwd, "platform.tar"), two);

test("text keeps what can be seen, and a form that paths have already", () => {
  expect(toDisplayText(EVIL)).toBe(SHOWN);
  expect(toDisplayText("grün 漢字 C:\\x \\x1b")).toBe("grün 漢字 C:\\x \\x1b");
  expect(toDisplayText("two\nlines\ttab")).toBe("two\\x0alines\\x09tab");
});

test.each([
  ["a report", ["analyze", "app.tar", "--host", "host"], [`app:${SHOWN}`, `Linux ${SHOWN}`]],
  ["its JSON", ["analyze", "app.tar", "--host", "host", "--format", "json"], [JSON.stringify(`app:${SHOWN}`)]],
  ["a platform", ["analyze", "platform.tar", "--host", "host"], [`linux/${SHOWN}`]],
  ["an error", ["analyze", "app.tar", "--host", "host", "--ref", "other"], [`app:${SHOWN}`]],
  ["a host", ["host", "host"], [`Linux ${SHOWN}`]],
] as const)("%s", (_, args, expected) => {
  const { stdout, stderr } = runCli([...args], { cwd });
  expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
  for (const text of expected) expect(stdout + stderr).toContain(text);
});

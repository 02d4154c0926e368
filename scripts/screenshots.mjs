/**
 * Pictures of the HTML report on the sample, for docs/formats.md: in light and dark, and on a phone.
 *
 *     npm run build && node scripts/screenshots.mjs
 *
 * Needs Debian's chromium. Pictures differ from machine to machine by their fonts, so that no test compares them.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const PROJECT = resolve(import.meta.dirname, "..");
const PICTURES = join(PROJECT, "docs/pictures");
const VIEWS = /** @type {const} */ ([
  { name: "report-light", width: 1100, height: 900, colorScheme: "light", library: undefined },
  { name: "report-dark", width: 1100, height: 700, colorScheme: "dark", library: "libnuma.so.1" },
  { name: "report-phone", width: 390, height: 844, colorScheme: "light", library: "libnuma.so.1" },
]);

const folder = mkdtempSync(join(tmpdir(), "containerspec-pictures-"));
const file = join(folder, "report.html");
const sample = ["fixtures/sample/image.tar", "--host", "fixtures/sample/host.json", "--library", "*"];
spawnSync(process.execPath, ["dist/cli/main.js", "analyze", ...sample, "--format", `html=${file}`], { cwd: PROJECT });

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  mkdirSync(PICTURES, { recursive: true });
  for (const { name, width, height, colorScheme, library } of VIEWS) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(file).href);
    if (library !== undefined) await page.getByRole("link", { name: library }).click();
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

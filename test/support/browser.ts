/** A real Chromium, headless, for one test file; what it says on its console is kept. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll } from "vitest";

const PROGRAM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
export const hasBrowser = PROGRAM !== undefined;
export const WITHOUT_BROWSER = hasBrowser ? "" : " (skipped: there is no chromium)";

let browser: Browser | undefined;
const folder = mkdtempSync(join(tmpdir(), "containerspec-page-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

export interface OpenPage {
  readonly page: Page;
  /** errors and warnings of its console, exceptions, and requests for anything but the file itself */
  readonly troubles: readonly string[];
}

/** Opens a document as a file, the way somebody opens an artifact of a pipeline. */
export async function openPage(document: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  // A container's root has no user namespaces to put the browser in.
  browser ??= await chromium.launch({ executablePath: PROGRAM ?? "", args: ["--no-sandbox"] });
  const file = join(folder, "report.html");
  writeFileSync(file, document);
  const page = await (await browser.newContext(options)).newPage();
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) troubles.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, troubles };
}

/**
 * A page that needs nothing else: no network, no file beside it. Nothing may be loaded or run but what its policy names by its digest,
 * whatever a name in it tries.
 */
import { createHash } from "node:crypto";
import { markup, type Markup } from "./markup.js";
import { STYLE } from "./style.js";

export interface Page {
  readonly title: string;
  /** what is below the title */
  readonly body: Markup;
  /** the release that wrote it */
  readonly version: string;
  /** a program for the reader's convenience, without which the page is whole */
  readonly script?: string;
}

/** A whole document. */
export function renderPage({ title, body, version, script }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${digestOf(STYLE)}`,
    ...(script === undefined ? [] : [`script-src ${digestOf(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${{ markup: STYLE }}</style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>
          <p class="soft">Written by containerspec ${version}, which ran nothing: it plays what the loader does.</p>
        </footer>
        ${script === undefined ? undefined : markup`<script>${{ markup: script }}</script>`}
      </body>
    </html> `.markup;
}

function digestOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

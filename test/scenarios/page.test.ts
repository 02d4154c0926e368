/** docs/scenarios.md says of the incidents what their tests check. After a change that is meant, UPDATE_DOCS=1 writes it anew. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { INCIDENTS } from "./incident-list.js";
import { renderPage } from "./incident-table.js";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/scenarios.md");

describe("docs/scenarios.md", () => {
  test("is what the incidents say", async () => {
    const page = await format(renderPage(INCIDENTS), { parser: "markdown", printWidth: 120 });
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, "utf8")).toBe(page);
  });

  test("tells of every incident in fixtures/scenarios", () => {
    const files = readdirSync(join(ROOT, "fixtures/scenarios/incidents")).map((name) => basename(name, ".ts"));
    expect(Object.keys(INCIDENTS).sort()).toEqual(files.sort());
  });

  test("names rules that have a page", () => {
    const rules = Object.values(INCIDENTS).flatMap(({ questions }) => questions.flatMap(({ findings }) => findings));
    const missing = rules
      .map((rule) => rule.split(" ")[1] ?? "")
      .filter((id) => !existsSync(join(ROOT, `docs/rules/${id}.md`)));
    expect(missing).toEqual([]);
  });
});

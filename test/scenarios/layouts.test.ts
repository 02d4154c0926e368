/** Layouts that are not Debian's: each image takes host libraries where its own loader looks, and nowhere else. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { toImageTar, writeFiles } from "../support/story-image.js";
import { LAYOUTS } from "./layout-list.js";
import { ask, toAnswer } from "./play-incident.js";

const folder = mkdtempSync(join(tmpdir(), "containerspec-layouts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(LAYOUTS))("%s", (name, { image, host, questions }) => {
  const place = join(folder, name);
  writeFiles(join(place, "host"), host);
  writeFileSync(join(place, "image.tar"), toImageTar(image));

  test.each(questions)("$library, placement $placement", async (question) => {
    expect(toAnswer(await ask(place, question), question)).toEqual(question);
  });
});

test("every layout is played", () => {
  const files = readdirSync(join(import.meta.dirname, "../../fixtures/scenarios/layouts"));
  expect(Object.keys(LAYOUTS)).toEqual(files.map((file) => basename(file, ".ts")).sort());
});

/** Every rule at work in its story, and silent where one thing differs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding, Report } from "../../src/index.js";
import { STORIES } from "../support/story-list.js";
import { playScene } from "../support/story-play.js";
import { scenesOf, treesOf, type Outcome } from "../support/story.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-stories-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function toOutcome({ mounts, image }: Report): Outcome {
  const [mount] = mounts;
  return {
    ...(mount === undefined ? {} : { loader: mount.loader, verdict: mount.verdict }),
    findings: mount === undefined ? [] : mount.findings.map(nameFinding),
    imageFindings: image.findings.map(nameFinding),
  };
}

function nameFinding({ severity, rule }: Finding): string {
  return `${severity} ${rule}`;
}

describe.each(STORIES.map((story) => ({ story, rule: story.rule })))("$rule", ({ story }) => {
  const scenes = [...scenesOf(story)];
  test.each(scenes)("$title", async ({ scene, title }) => {
    const report = await playScene(scene, join(folder, `${story.rule} ${title}`));
    const binds = treesOf(scene).map((path) => path.slice(path.lastIndexOf("/") + 1));
    const asked = scene.library === undefined ? binds : [scene.library, ...binds].sort();
    expect(report.mounts.map(({ soname }) => soname)).toEqual(asked);
    expect(toOutcome(report)).toEqual({ imageFindings: [], ...scene.expected });
  });

  test("only the story itself has the rule", () => {
    const [own, ...others] = scenes.map(({ scene: { expected } }) =>
      [...expected.findings, ...(expected.imageFindings ?? [])].filter((finding) => finding.endsWith(` ${story.rule}`)),
    );
    expect(own).toHaveLength(1);
    expect(others.length).toBeGreaterThan(0);
    expect(others.flat()).toEqual([]);
  });
});

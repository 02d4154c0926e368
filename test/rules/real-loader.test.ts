/**
 * What the report says, and what this machine's ld.so does with the same files. Scenes whose image has this machine's release of
 * glibc are played: each program of the image is started before and after the mount, as it is and with LD_BIND_NOW.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze, readHost, type Finding, type Report } from "../../src/index.js";
import { STORIES } from "../support/story-list.js";
import {
  filesOf,
  findObstacle,
  glibcOf,
  machineGlibc,
  mountInto,
  programsOf,
  start,
  unpackScene,
} from "../support/story-real.js";
import { scenesOf, writeScene, type Scene } from "../support/story.js";

const obstacle = findObstacle();
const scenes = STORIES.flatMap((story) =>
  [...scenesOf(story)].flatMap(({ title, scene }) => {
    const files = filesOf(scene);
    // A story about another CPU than this one cannot be played here; every scene is played lazily and bound at once anyway.
    const { cpuLevel, env } = scene.options ?? {};
    const isPlayedAsTold = cpuLevel === undefined && env?.has("LD_BIND_NOW") !== true;
    const isPlayable =
      files !== undefined && scene.library !== undefined && isPlayedAsTold && glibcOf(files) === machineGlibc();
    return isPlayable ? [{ name: `${story.rule}: ${title}`, scene, files }] : [];
  }),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-real-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function judge({ library, options }: Scene, place: string): Promise<Report> {
  const host = await readHost(join(place, "host"));
  return analyze(join(place, "image.tar"), { host, libraries: [library ?? ""], ...options });
}

/** An assertion's line number differs from release to release, and the report leaves it out. */
function withoutLineNumbers(text: string): string {
  return text.replace(/(\bdl-\w+\.c: )\d+: /g, "$1");
}

/** The loader's words that a report promises for a program. */
function wordsFor(program: string, findings: readonly Finding[], chosen: (finding: Finding) => boolean): string[] {
  return findings
    .filter((finding) => finding.subjects.includes(program) && chosen(finding))
    .map(({ loaderMessage }) => loaderMessage)
    .filter((words) => words !== undefined);
}

const title = `the real loader does as the report says${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
describe.skipIf(obstacle !== undefined || scenes.length === 0)(title, () => {
  test.each(scenes)("$name", async ({ name, scene, files }) => {
    const place = join(folder, name.replace(/\W+/g, "-"));
    writeScene(scene, place);
    const report = await judge(scene, place);
    const [mount] = report.mounts;
    if (mount === undefined) throw new Error("no library was judged");
    const root = join(place, "root");
    unpackScene(files, root);
    const starts = (program: string, env = {}): boolean => start(root, program, report, env).status === 0;
    const programs = programsOf(files).filter((program) => starts(program));
    const startBoundNow = programs.filter((program) => starts(program, { LD_BIND_NOW: "1" }));
    mountInto(root, join(place, "host"), mount);
    // What is unknown may go either way.
    if (mount.loader === "unknown") return;

    for (const program of programs) {
      const lazily = start(root, program, report, {});
      const eagerly = start(root, program, report, { LD_BIND_NOW: "1" });
      const isLatent = ({ message }: Finding): boolean => message.includes("the first call");
      const fatal = wordsFor(program, mount.findings, ({ severity }) => severity === "error");
      const latent = wordsFor(program, mount.findings, isLatent);
      const told = wordsFor(program, mount.findings, (finding) => finding.severity === "warning" && !isLatent(finding));
      expect({ program, starts: lazily.status === 0, startsBoundNow: eagerly.status === 0 }).toEqual({
        program,
        starts: fatal.length === 0,
        startsBoundNow: startBoundNow.includes(program) && fatal.length + latent.length === 0,
      });
      for (const words of [...fatal, ...told]) expect(withoutLineNumbers(lazily.stderr)).toContain(words);
      for (const words of latent) expect(withoutLineNumbers(eagerly.stderr)).toContain(words);
      if (fatal.length + told.length === 0) expect(lazily.stderr).toBe("");
    }
  });

  test("most stories are played", () => {
    expect(new Set(scenes.map(({ name }) => name.split(":")[0])).size).toBeGreaterThan(10);
  });
});

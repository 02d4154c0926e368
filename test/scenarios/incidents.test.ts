/**
 * Incidents that people met with host libraries in containers, rebuilt from Debian packages: each with the verdict that would have
 * told them. The packages come through apt once, into the test cache.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findObstacle } from "../support/story-real.js";
import { findPackageObstacle, packagesOf } from "./debian-files.js";
import { INCIDENTS } from "./incident-list.js";
import { askRealLoader, isPlayable, refusedBy } from "./real-loader.js";
import { ask, setStage, toAnswer } from "./play-incident.js";

const obstacle = findPackageObstacle(
  Object.values(INCIDENTS).flatMap(({ image, host }) => [...packagesOf(image), ...packagesOf(host)]),
);
const playObstacle = findObstacle();
const folder = mkdtempSync(join(tmpdir(), "containerspec-incidents-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const title = `incidents${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
describe.skipIf(obstacle !== undefined)(title, () => {
  test.each(Object.entries(INCIDENTS))("%s", async (name, incident) => {
    const stage = setStage(incident, join(folder, name));
    const answers = [];
    for (const question of incident.questions) {
      const report = await ask(stage.folder, question);
      answers.push(toAnswer(report, question));
      // What is mounted along is no library that the loader here could be asked about by itself.
      if (question.mounts !== undefined) continue;
      // Between parts of two C libraries nothing is promised, and what is opened last may well crash.
      const [mount] = report.mounts;
      if (playObstacle !== undefined || mount === undefined || mount.loader === "unknown") continue;
      if (!isPlayable(incident)) continue;
      const expected = { refused: refusedBy(mount), unsaid: [] };
      expect({ library: question.library, ...askRealLoader(stage, incident, report) }).toEqual({
        library: question.library,
        ...expected,
      });
    }
    expect(answers).toEqual(incident.questions);
    rmSync(stage.folder, { recursive: true });
  });
});

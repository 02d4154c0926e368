/** A scene as its user plays it: written to disk, and analyzed. */
import { join } from "node:path";
import { analyze, readHost, type Report } from "../../src/index.js";
import { treesOf, writeScene, type Scene } from "./story.js";

/** @param folder where the scene's image and host are written */
export async function playScene(scene: Scene, folder: string): Promise<Report> {
  writeScene(scene, folder);
  const host = await readHost(join(folder, "host"), { trees: treesOf(scene) });
  return analyze(join(folder, "image.tar"), {
    host,
    ...(scene.library === undefined ? {} : { libraries: [scene.library] }),
    ...scene.options,
  });
}

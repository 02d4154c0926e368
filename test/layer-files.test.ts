/** Layers name the ELF files of theirs that findings concern, and a remark about a layer names it by its digest. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../src/report.js";
import { packRoot, writeRoot } from "./cli/root-files.js";
import { createFolder, runCli } from "./cli/run-cli.js";
import { HOST, IMAGE } from "./cli/verdict-roots.js";
import { packArchive } from "./support/image-builder.js";
import { ociLayout } from "./support/image-forms.js";
import { STORIES } from "./support/story-list.js";
import { writeScene } from "./support/story.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);

function analyze(layers: readonly Uint8Array[], ...args: readonly string[]): Report {
  writeFileSync(join(cwd, "app.tar"), packArchive(ociLayout([{ layers }])));
  const { stdout } = runCli(["analyze", "app.tar", "--host", "host", "--format", "json", ...args], { cwd });
  return JSON.parse(stdout) as Report;
}

test("a program stands at the layer that brought it, last of all", () => {
  const { "usr/bin/unsafe": program = "", ...rest } = IMAGE;
  const layers = [packRoot(IMAGE), packRoot({ "usr/bin/unsafe": program }), packRoot({ "etc/motd": "x" })];
  const { image, mounts } = analyze(layers, "--library", "libunsafe.so.1");
  expect(Object.keys(rest)).not.toContain("usr/bin/unsafe");
  expect(mounts[0]?.findings[0]?.subjects).toEqual(["/usr/bin/unsafe"]);
  expect(image.layers.map(({ files }) => files)).toEqual([undefined, ["/usr/bin/unsafe"], undefined]);
});

test("a set has them too", () => {
  const { image, set } = analyze([packRoot(IMAGE)], "--library", "libunsafe.so.1", "--as-set");
  expect(set?.findings[0]?.subjects).toEqual(["/usr/bin/unsafe"]);
  expect(image.layers[0]?.files).toEqual(["/usr/bin/unsafe"]);
});

test("what is odd in a layer is told with the digest of that layer", () => {
  const story = STORIES.find(({ rule }) => rule === "null-device");
  const folder = join(cwd, "story");
  mkdirSync(folder);
  if (story !== undefined) writeScene(story, folder);
  const { stdout } = runCli(["analyze", "image.tar", "--host", "host", "--format", "json"], { cwd: folder });
  const { image } = JSON.parse(stdout) as Report;
  const digests = image.layers.map(({ digest }) => digest);
  const [evidence] = image.findings.flatMap((finding) => finding.evidence);
  expect(evidence).toMatchObject({ kind: "file", side: "image", layer: digests.at(-1) });
});

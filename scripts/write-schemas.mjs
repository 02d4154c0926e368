/** Writes the schemas of docs/ that are made from what the program reads with. `npm run build` goes before. */
import { writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";
import { z } from "zod";

/** @param {string} path */
const load = (path) => import(new URL(`../build/${path}`, import.meta.url).href);
const { profileSchema } = await load("host/profile-schema.js");
const { inspectSchema } = await load("inspect-schema.js");
const { imageDiffSchema } = await load("compare/images/image-diff-schema.js");
const { gridReportSchema } = await load("grid/grid-report.js");
const { gridSchema } = await load("grid/grid-schema.js");
const { testReportSchema } = await load("structure/test-result.js");
const { toEditorSchema } = await load("policy/policy-schema.js");
const { lockSchema } = await load("registry/lock.js");

/**
 * @param {string} name
 * @param {object} schema
 */
async function write(name, schema) {
  const file = new URL(`../docs/${name}`, import.meta.url);
  await writeFile(file, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), parser: "json" }));
}

await write("host-profile.schema.json", {
  ...z.toJSONSchema(profileSchema),
  title: "Host profile of containerspec",
  description: "What `containerspec host -o` writes and `containerspec analyze --host` reads.",
});
await write("inspect.schema.json", {
  ...z.toJSONSchema(inspectSchema),
  title: "Description of an image by containerspec",
  description: "What `containerspec inspect --format json` writes.",
});
await write("image-diff.schema.json", {
  ...z.toJSONSchema(imageDiffSchema),
  title: "Differences of two images by containerspec",
  description: "What `containerspec diff --format json` writes for two images.",
});
await write("grid-file.schema.json", {
  ...z.toJSONSchema(gridSchema),
  title: "Grid of containerspec",
  description: "What `containerspec grid` reads: one container over several bases.",
});
await write("grid.schema.json", {
  ...z.toJSONSchema(gridReportSchema),
  title: "Verdict matrix of a grid",
  description: "What `containerspec grid --format json` writes.",
});
await write("image-tests.schema.json", {
  ...z.toJSONSchema(testReportSchema),
  title: "Tests of an image by containerspec",
  description: "What `containerspec test --format json` writes.",
});
await write("policy.schema.json", {
  ...toEditorSchema(),
  title: "Policy of containerspec",
  description: "containerspec.yaml: what `containerspec analyze` holds its reports against.",
});
await write("lock.schema.json", {
  ...z.toJSONSchema(lockSchema),
  title: "Lock file of containerspec",
  description: "What tags of registries were when somebody looked: it stands in for them where there is no network.",
});

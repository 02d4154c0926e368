/** A set-user-ID program loads one thing for root and another for everybody else: who of them comes to a mounted file counts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze, readHost, type Report } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { debian, DEBIAN_FOLDER as FOLDER, debianHost, INTERPRETER, libz, zip } from "../scenarios/layout.js";
import { toImageTar, writeFiles } from "../support/story-image.js";

const folder = createFolder();
writeFiles(join(folder, "host"), debianHost("2.36", undefined));

/** The report on a bind over the system's libz, in an image whose LD_LIBRARY_PATH leads to another one. */
async function bindOverSystem(mode: number): Promise<Report> {
  const image = join(folder, `${mode.toString(8)}.tar`);
  const files = debian("2.36", {
    ...libz(`${FOLDER}/libz.so.1`, "system"),
    ...libz("/opt/vendor/lib/libz.so.1", "vendor"),
    "/usr/bin/newgrp": { ...zip(INTERPRETER), mode },
  });
  writeFileSync(image, toImageTar({ layers: [files], env: ["LD_LIBRARY_PATH=/opt/vendor/lib"] }));
  const host = await readHost(join(folder, "host"), { trees: [`${FOLDER}/libz.so.1`] });
  return analyze(image, { host, mounts: [`${FOLDER}/libz.so.1:${FOLDER}/libz.so.1`] });
}

test("nobody comes to a file behind LD_LIBRARY_PATH", async () => {
  expect((await bindOverSystem(0o755)).mounts).toMatchObject([{ verdict: "no-effect", consumers: 0 }]);
});

test("but whoever starts a set-user-ID program does", async () => {
  const { mounts, set } = await bindOverSystem(0o4755);
  expect(mounts).toMatchObject([{ verdict: "safe", consumers: 1 }]);
  // Root, who starts it, still gets the other copy.
  expect(set?.findings).toMatchObject([{ rule: "other-copy-wins", subjects: ["/usr/bin/newgrp"] }]);
  expect(set?.findings[0]?.message).toContain("loads another copy: /opt/vendor/lib/libz.so.1");
});

/** A set-user-ID program, or one with file capabilities, loads one thing for root and another for everybody else: who of them comes to a mounted file counts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze, readHost, type Report } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { debian, DEBIAN_FOLDER as FOLDER, debianHost, INTERPRETER, libz, zip } from "../scenarios/layout.js";
import { calls } from "../support/story-files.js";
import { toEntries, toImageTar, writeFiles } from "../support/story-image.js";
import { tarOf } from "../support/tar-builder.js";
import { paxHeader } from "../support/tar-extended.js";

const folder = createFolder();
writeFiles(join(folder, "host"), debianHost("2.36", undefined));

/** cap_net_raw+ep, as setcap writes it. */
const CAPABILITY = `\x01\0\0\x02\0\x20${"\0".repeat(14)}`;

/** The report on a bind over the system's libz, in an image whose LD_LIBRARY_PATH leads to another one. */
async function bindOverSystem(mode: number, capability?: string, uses = "deflate@ZLIB_1.2.0"): Promise<Report> {
  const image = join(folder, `${mode.toString(8)}-${uses}.tar`);
  const files = debian("2.36", {
    ...libz(`${FOLDER}/libz.so.1`, "system"),
    ...libz("/opt/vendor/lib/libz.so.1", "vendor"),
    // The last one, since files keep their order: it is the one that gets the header.
    "/usr/bin/newgrp": { ...zip(INTERPRETER, { symbols: calls("libz.so.1", uses) }), mode },
  });
  const header = capability === undefined ? [] : [paxHeader([["SCHILY.xattr.security.capability", capability]])];
  const entries = toEntries(files);
  const layer = tarOf(...entries.slice(0, -1), ...header, ...entries.slice(-1));
  writeFileSync(image, toImageTar({ layers: [layer], env: ["LD_LIBRARY_PATH=/opt/vendor/lib"] }));
  const host = await readHost(join(folder, "host"), { trees: [`${FOLDER}/libz.so.1`] });
  return analyze(image, { host, mounts: [`${FOLDER}/libz.so.1:${FOLDER}/libz.so.1`] });
}

test("nobody comes to a file behind LD_LIBRARY_PATH", async () => {
  expect((await bindOverSystem(0o755)).mounts).toMatchObject([{ verdict: "no-effect", consumers: 0 }]);
});

test.each([
  ["a set-user-ID program", 0o4755, undefined],
  ["a program with file capabilities", 0o755, CAPABILITY],
])("but whoever starts %s does", async (_what, mode, capability) => {
  const { mounts, set } = await bindOverSystem(mode, capability);
  expect(mounts).toMatchObject([{ verdict: "safe", consumers: 1 }]);
  // Root, who starts it, still gets the other copy.
  expect(set?.findings).toMatchObject([{ rule: "other-copy-wins", subjects: ["/usr/bin/newgrp"] }]);
  expect(set?.findings[0]?.message).toContain("loads another copy: /opt/vendor/lib/libz.so.1");
});

test("what crosses for others than root alone is no less without a version", async () => {
  const { mounts, set } = await bindOverSystem(0o4755, undefined, "deflate");
  expect(mounts).toMatchObject([{ verdict: "loads", loader: "ok" }]);
  expect(set?.findings.map(({ rule }) => rule)).toContain("unversioned-symbols");
});

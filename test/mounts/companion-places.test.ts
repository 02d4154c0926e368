/** Companions land at places of their own, which the report tells: over the image's file of their name, or in the mount folder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { analyze, readHost, type AnalyzeOptions, type Report } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { calls, gives, installed } from "../support/story-files.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";
import { toImageTar } from "../support/story-image.js";
import { writeScene } from "../support/story.js";

const folder = createFolder();

/** A libelf with these functions, and a libnuma that needs one of them. */
const libelf = (path: string, ...names: readonly string[]) =>
  installed(path, { soname: "libelf.so.1", symbols: gives(...names.map((name) => `${name}@ELF_${name}`)) });
const libnuma = (path: string, name: string) =>
  installed(path, {
    soname: "libnuma.so.1",
    needed: ["libelf.so.1"],
    symbols: [...gives("numa@NUMA"), ...calls("libelf.so.1", `${name}@ELF_${name}`)],
  });

beforeAll(() => {
  const image = debian12({
    ...libelf(`${MULTIARCH}/libelf.so.1`, "old"),
    ...libnuma("/usr/lib/libnuma.so.1", "old"),
  });
  const host = debian13({
    ...libelf(`${MULTIARCH}/libelf.so.1.9`, "old", "new"),
    ...libnuma(`${MULTIARCH}/libnuma.so.1`, "new"),
  });
  writeScene({ image: { layers: [image] }, host, expected: { findings: [] } }, folder);
  writeFileSync(join(folder, "bare.tar"), toImageTar({ layers: [debian12({})] }));
});

const ask = async (options: Partial<AnalyzeOptions>, image = "image.tar"): Promise<Report> =>
  analyze(join(folder, image), {
    host: await readHost(join(folder, "host")),
    libraries: ["libnuma.so.1"],
    ...options,
  });

const place = (target: string) => [{ soname: "libelf.so.1", source: `${MULTIARCH}/libelf.so.1.9`, target }];
const OVER = place("/lib/x86_64-linux-gnu/libelf.so.1");
const FIRST = place("/.containerspec/lib/libelf.so.1");
const NAMES = ["libelf.so.1"];

test.each([
  ["over", "/lib/libnuma.so.1", OVER],
  ["first", "/.containerspec/lib/libnuma.so.1", FIRST],
] as const)("with placement %s", async (placement, target, along) => {
  const [travelling] = (await ask({ placement, companions: "all" })).mounts;
  const told = { target, verdict: "safe", companions: NAMES, companionMounts: along };
  expect(travelling).toMatchObject({ ...told, suggested: [], suggestedMounts: [] });
  const [alone] = (await ask({ placement })).mounts;
  const advised = { target, verdict: "safe-with", suggested: NAMES, suggestedMounts: along };
  expect(alone).toMatchObject({ ...advised, companions: [], companionMounts: [] });
});

test("in a set", async () => {
  const { mounts } = await ask({ asSet: true, companions: "all" });
  expect(mounts).toMatchObject([{ soname: "libnuma.so.1", companions: NAMES, companionMounts: OVER }]);
});

test("of what a set lacks", async () => {
  const { set } = await ask({ asSet: true }, "bare.tar");
  expect(set).toMatchObject({ verdict: "safe-with", suggested: NAMES, suggestedMounts: OVER });
});

/**
 * The sample: the committed image is what its sources build, both of its machines are whole by themselves, and what containerspec
 * says of it is the story that its README tells.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { analyze, readHost, type Report } from "../src/index.js";
import type { ElfObject } from "../src/elf/object.js";
import { readImage } from "../src/image/read-image.js";
import type { FileFacts } from "../src/loader/facts.js";
import { fileInspector } from "../src/loader/inspect.js";
import { createSide } from "../src/mounts/side.js";
import type { RootNode } from "../src/rootfs/filesystem.js";
import { walk } from "../src/rootfs/walk.js";
import { listNames } from "../src/elf/symbol-names.js";

const PROJECT = join(import.meta.dirname, "..");
const IMAGE = join(PROJECT, "fixtures/sample/image.tar");
const HOST = join(PROJECT, "fixtures/sample/host.json");
const PLATFORMS = ["linux/amd64", "linux/arm64"] as const;
const BUILD = join(PROJECT, "scripts/build-sample.mjs");
/** What the build says of the tools that it misses; empty where they are there. */
const obstacle = spawnSync(process.execPath, [BUILD, "--check"], { encoding: "utf8" }).stderr.trim();

function open(archive: string, platform: string) {
  const options = { inspector: fileInspector, layerMode: "overlay", verify: "always" } as const;
  return readImage(archive, { ...options, platform, defaultPlatform: platform });
}

/** What must not depend on who compiled. Code, addresses and build ids may. */
function describeNode(node: RootNode<FileFacts>): unknown {
  if (node.kind === "symlink") return `-> ${node.target}`;
  if (node.kind !== "file") return node.kind;
  const { facts, mode } = node;
  if (facts.kind === "elf") return { mode, strings: facts.strings, ...describeElf(facts.elf) };
  return { mode, facts };
}

function describeElf({ machine, type, interp, soname, needed, bindNow, versions, symbols }: ElfObject) {
  const versionNames = new Map(
    [...versions.requirements, ...versions.definitions].map(({ index, name }) => [index, name] as const),
  );
  const listed = listNames(symbols.names).map((name, index) => {
    const version = versionNames.get((symbols.version[index] ?? 0) & 0x7fff);
    return `${symbols.section[index] === 0 ? "uses" : "defines"} ${name}@${version ?? ""} ${symbols.type[index] ?? ""}`;
  });
  return {
    ...{ machine, type, interp, soname, needed, bindNow },
    requirements: versions.requirements.map(({ file, name, weak }) => `${file} ${name} ${weak}`).sort(),
    definitions: versions.definitions.map(({ name, parents }) => [name, ...parents].join(" ")),
    symbols: listed.sort(),
  };
}

async function describeImage(archive: string, platform: string) {
  const { image, snapshot } = await open(archive, platform);
  const files = Object.fromEntries([...walk(snapshot)].map(({ path, node }) => [path, describeNode(node)]));
  return { reference: image.reference, config: image.config, files };
}

describe("the sample image", () => {
  it("is small enough to come along", () => {
    expect(statSync(IMAGE).size).toBeLessThan(1 << 20);
    expect(statSync(HOST).size).toBeLessThan(300_000);
  });

  it.each(PLATFORMS)("holds %s, in two layers, with glibc 2.31 and four programs that load", async (platform) => {
    const { image, snapshot } = await open(IMAGE, platform);
    expect(`${image.platform.os}/${image.platform.architecture}`).toBe(platform);
    expect(image.reference).toBe("heat:1.0");
    expect(image.layers).toHaveLength(2);

    const { subject, facts } = createSide(snapshot, { env: new Map(), hwcaps: [], limits: {} });
    expect(facts.libc).toMatchObject({ family: "glibc", version: "2.31", evidence: "banner" });
    const { objects, loader } = subject;
    const programs = objects.map(({ path }) => path).filter((path) => path.startsWith("/usr/bin/"));
    expect(programs.sort()).toEqual(["heat", "heat-pack", "heat-tag", "heat-view"].map((name) => `/usr/bin/${name}`));
    expect(objects).toHaveLength(14);
    for (const { path, node, elf } of objects) {
      expect({ path, problems: loader.load(path, node, elf).problems }).toEqual({ path, problems: [] });
    }
  });

  it.skipIf(obstacle !== "")(
    `is what its sources build${obstacle === "" ? "" : ` (skipped: ${obstacle})`}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "containerspec-sample-test-"));
      try {
        execFileSync(process.execPath, [BUILD, "--out", folder], { stdio: "pipe" });
        for (const platform of PLATFORMS) {
          expect(await describeImage(join(folder, "image.tar"), platform)).toEqual(
            await describeImage(IMAGE, platform),
          );
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe("the sample image on the saved Debian 12", () => {
  let report: Report;
  beforeAll(async () => {
    report = await analyze(IMAGE, { host: await readHost(HOST) });
  });

  it("gets a verdict of each kind", () => {
    expect(Object.fromEntries(report.mounts.map(({ soname, verdict }) => [soname, verdict]))).toEqual({
      "ld-linux-x86-64.so.2": "unsafe",
      "libc.so.6": "unsafe",
      "libgcc_s.so.1": "unsafe",
      "liblz4.so.1": "risky",
      "libm.so.6": "unsafe",
      "libnuma.so.1": "unsafe",
      "libuuid.so.1": "safe",
      "libz.so.1": "loads",
    });
  });

  it.each([
    ["libgcc_s.so.1", "version-not-defined", "GLIBC_2.35", "/usr/bin/heat-view"],
    ["libnuma.so.1", "version-not-defined", "GLIBC_2.33", "/usr/bin/heat"],
    ["liblz4.so.1", "symbol-not-defined-lazily", "LZ4F_compressBegin_usingDict", "/usr/bin/heat-pack"],
    ["libm.so.6", "c-library-family", "part of the C library", "/lib/x86_64-linux-gnu/libm.so.6"],
  ])("says why %s is not to be mounted: %s, %s", (soname, rule, words, subject) => {
    const mount = report.mounts.find((one) => one.soname === soname);
    const finding = mount?.findings.find((one) => one.rule === rule && one.message.includes(words));
    expect(finding?.subjects).toContain(subject);
  });

  it("says that nothing but the soname backs libz's unversioned functions", () => {
    const mount = report.mounts.find(({ soname }) => soname === "libz.so.1");
    expect(mount?.findings.map(({ rule }) => rule)).toEqual(["unversioned-symbols"]);
    expect(mount?.findings[0]?.message).toContain("compress2");
  });
});

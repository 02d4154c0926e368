/**
 * noMissingLibs and libraries against the real loader: every program of a Debian root from which a few libraries were taken away, listed
 * by ld.so itself inside of that root.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testImage } from "../src/index.js";
import { packArchive } from "./support/image-builder.js";
import { docker25 } from "./support/image-forms.js";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const ROOT = join(CACHE, "roots/diff-bookworm");
const MAKER = pathToFileURL(join(import.meta.dirname, "../scripts/debian/root.mjs")).href;
/** The same root that other tests compare. */
const MAKE = `const { makeRoot } = await import(${JSON.stringify(MAKER)});
makeRoot({ name: "diff-bookworm", suite: "bookworm", packages: ["zlib1g", "libstdc++6", "openssl", "curl", "ca-certificates", "libssl3"] });`;
const LIBRARIES = "usr/lib/x86_64-linux-gnu";
const GONE = ["libtinfo.so.6*", "libz.so.1*", "libselinux.so.1", "libnettle.so.8*"];
const TRACE = `for p in /usr/bin/* /usr/sbin/*; do
  [ -L "$p" ] && continue
  echo "# $p"
  LD_TRACE_LOADED_OBJECTS=1 /lib64/ld-linux-x86-64.so.2 "$p" 2>&1
done; true`;

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `every program of Debian without some libraries${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "containerspec-ldd-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("lacks what ld.so says that it lacks, and loads what it says that it loads", async () => {
      const root = join(folder, "root");
      execFileSync("cp", ["-a", ROOT, root]);
      execFileSync("sh", ["-c", `rm ${GONE.map((name) => join(root, LIBRARIES, name)).join(" ")}`]);
      // A static shell would be needed where the root's own could not start.
      const traced = execFileSync("chroot", [root, "/bin/dash", "-c", TRACE], { encoding: "utf8", maxBuffer: 1 << 28 });
      const said = readTrace(traced);
      const tar = ["-C", root, "--sort=name", "--exclude=./dev/*", "-cf", "-", "."];
      const layer = execFileSync("tar", tar, { maxBuffer: 2 ** 30 });
      const image = join(folder, "image.tar");
      writeFileSync(image, packArchive(docker25([{ layers: [layer] }])));
      const elfBinaryTests = [...said].map(([path, { loaded }]) => ({
        ...{ name: path, path, noMissingLibs: "true" },
        libraries: loaded.map((name) => name.replace(/[[*?]/g, "[$&]")),
      }));
      const file = join(folder, "tests.yaml");
      writeFileSync(file, JSON.stringify({ schemaVersion: "2.0.0", elfBinaryTests }));
      const { results } = await testImage(image, [file]);
      const found = results.map(({ name, messages }) => ({
        name,
        missing: [...new Set(messages.flatMap((one) => /^(\S+) is not found/.exec(one)?.[1] ?? []))].sort(),
        other: messages.filter((one) => !/ is not found/.test(one)),
      }));
      const expected = [...said].map(([name, { missing }]) => ({ name, missing, other: [] }));
      expect(found).toEqual(expected);
      expect(expected.length).toBeGreaterThan(200);
      expect(expected.filter(({ missing }) => missing.length > 0).length).toBeGreaterThan(20);
      expect(expected.filter(({ missing }) => missing.length === 0).length).toBeGreaterThan(100);
    }, 300_000);
  },
);

interface Traced {
  readonly missing: readonly string[];
  readonly loaded: readonly string[];
}

/** By program; scripts and static programs are left out, of which ld.so says that they are none of its own. */
function readTrace(text: string): ReadonlyMap<string, Traced> {
  const programs = text.split(/^# /m).slice(1);
  return new Map(
    programs.flatMap((part) => {
      const [path = "", ...lines] = part.trimEnd().split("\n");
      if (!lines.some((line) => line.startsWith("\t"))) return [];
      const missing = lines.flatMap((line) => /^\t(\S+) => not found$/.exec(line)?.[1] ?? []);
      const loaded = lines.flatMap((line) => /^\t(\S+)(?: => \/\S+)? \(0x/.exec(line)?.[1] ?? []);
      const names = loaded.map((name) => name.replace(/^.*\//, ""));
      return [[path, { missing: [...new Set(missing)].sort(), loaded: names }] as const];
    }),
  );
}

/** mmdebstrap makes such a root, and chroot enters it, for root alone. */
function findObstacle(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "its programs are for x86-64 Linux";
  if (process.getuid?.() !== 0) return "only root may chroot";
  if (existsSync(ROOT)) return undefined;
  if (spawnSync("mmdebstrap", ["--version"]).status !== 0) return "no mmdebstrap";
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", MAKE], { encoding: "utf8" });
  return status === 0 ? undefined : `no root could be made: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}

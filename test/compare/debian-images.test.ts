/**
 * Images of three releases of Debian, compared: what is said of packages, files and ABIs is what dpkg-query, find, diff and nm say of
 * the same roots.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diffImages, type ImageDiff } from "../../src/index.js";
import { packArchive } from "../support/image-builder.js";
import { docker25 } from "../support/image-forms.js";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const MAKER = pathToFileURL(join(import.meta.dirname, "../../scripts/debian/root.mjs")).href;
const SUITES = { bullseye: "libssl1.1", bookworm: "libssl3", trixie: "libssl3t64" } as const;
type Suite = keyof typeof SUITES;

const rootOf = (suite: Suite): string => join(CACHE, "roots", `diff-${suite}`);
const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `images of Debian compared${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let folder: string;
    let diff: ImageDiff;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "containerspec-debian-diff-"));
      for (const suite of ["bookworm", "trixie"] as const) pack(suite);
      diff = await diffImages(join(folder, "bookworm.tar"), join(folder, "trixie.tar"));
    }, 600_000);
    afterAll(() => rmSync(folder, { recursive: true }));

    function pack(suite: Suite): void {
      const tar = ["-C", rootOf(suite), "--sort=name", "--exclude=./dev/*", "-cf", "-", "."];
      const layer = execFileSync("tar", tar, { maxBuffer: 2 ** 30 });
      writeFileSync(join(folder, `${suite}.tar`), packArchive(docker25([{ layers: [layer] }])));
    }

    it("has the packages of dpkg-query", () => {
      const [before, after] = [listPackages("bookworm"), listPackages("trixie")];
      const { added = [], removed = [], changed = [] } = diff.packages ?? {};
      expect(added.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
        [...after]
          .filter(([name]) => !before.has(name))
          .map((pair) => pair.join(" "))
          .sort(),
      );
      expect(removed.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
        [...before]
          .filter(([name]) => !after.has(name))
          .map((pair) => pair.join(" "))
          .sort(),
      );
      expect(changed.map((row) => `${row.name} ${row.before} ${row.after}`).sort()).toEqual(
        [...before]
          .filter(([name, version]) => after.has(name) && after.get(name) !== version)
          .map(([name, version]) => `${name} ${version} ${after.get(name) ?? ""}`)
          .sort(),
      );
    });

    it("has the files, modes, owners, links and contents of find and sha256sum", () => {
      const [before, after] = [listFiles("bookworm"), listFiles("trixie")];
      const { added = [], removed = [], changed = [] } = diff.files ?? {};
      const paths = (rows: readonly { readonly path: string }[]) => rows.map(({ path }) => path).sort();
      expect(paths(added)).toEqual([...after.keys()].filter((path) => !before.has(path)).sort());
      expect(paths(removed)).toEqual([...before.keys()].filter((path) => !after.has(path)).sort());
      const others = [...before].filter(([path, said]) => after.has(path) && after.get(path) !== said);
      expect(paths(changed)).toEqual(others.map(([path]) => path).sort());
      // Folders and links that keep what they are do not make a test of contents.
      expect(changed.filter((row) => row.changed.includes("content")).length).toBeGreaterThan(1000);
    });

    it("has the symbols of nm, for every library of which both have versions or none", () => {
      const compared: string[] = [];
      for (const { name, before, after, symbols } of diff.libraries?.changed ?? []) {
        const [old, now] = [listSymbols("bookworm", before.path), listSymbols("trixie", after.path)];
        if (hasVersions(old) !== hasVersions(now)) continue;
        const keyOf = (one: { name: string; version?: string }) =>
          one.version === undefined ? one.name : `${one.name}@${one.version}`;
        const gone = [...old].filter((symbol) => !now.has(symbol));
        const came = [...now].filter((symbol) => !old.has(symbol));
        // What had no version is found under one, and the other way round.
        const isMoved = (symbol: string, others: ReadonlySet<string>): boolean =>
          !symbol.includes("@") && [...others].some((other) => other.startsWith(`${symbol}@`));
        expect({ name, removed: symbols.removed.map(keyOf).sort() }).toEqual({
          name,
          removed: gone.filter((symbol) => !isMoved(symbol, now)).sort(),
        });
        expect({ name, added: symbols.added.map(keyOf).sort() }).toEqual({
          name,
          added: came.filter((symbol) => !isMoved(symbol, old)).sort(),
        });
        compared.push(name);
      }
      expect(compared.length).toBeGreaterThan(50);
      expect(compared).toEqual(expect.arrayContaining(["libc.so.6", "libstdc++.so.6", "libz.so.1", "libcrypto.so.3"]));
    }, 120_000);

    it("knows what Debian's transition was: zlib has its ABI still, libstdc++ and glibc grow, apt has another name", () => {
      const effectOf = (name: string) => diff.libraries?.changed.find((row) => row.name === name)?.effect;
      expect(effectOf("libz.so.1")).toBe("cosmetic");
      expect(effectOf("libstdc++.so.6")).toBe("compatible");
      expect(effectOf("libc.so.6")).toBe("compatible");
      expect(diff.libraries?.changed.find(({ name }) => name === "libapt-pkg.so.7.0")?.before.name).toBe(
        "libapt-pkg.so.6.0",
      );
      expect(diff.floors).toContainEqual({ floor: "glibc", before: "2.36", after: "2.41", isRaised: true });
    });

    it("pairs OpenSSL 1.1 with 3", async () => {
      pack("bullseye");
      const { libraries, breaking } = await diffImages(join(folder, "bullseye.tar"), join(folder, "bookworm.tar"), {
        only: ["libraries"],
      });
      for (const stem of ["libssl", "libcrypto"]) {
        const change = libraries?.changed.find(({ name }) => name === `${stem}.so.3`);
        expect(change).toMatchObject({ effect: "breaks", before: { name: `${stem}.so.1.1` } });
        expect(change?.symbols.removed.length).toBeGreaterThan(100);
        expect(breaking).toContainEqual(
          expect.objectContaining({
            subject: `${stem}.so.3`,
            message: expect.stringContaining(`${stem}.so.1.1`) as unknown,
          }),
        );
      }
      expect(libraries?.changed.find(({ name }) => name === "libstdc++.so.6")).toMatchObject({
        effect: "compatible",
        before: { version: "6.0.28" },
        after: { version: "6.0.30" },
        versions: { removed: [], added: ["CXXABI_1.3.13", "GLIBCXX_3.4.29", "GLIBCXX_3.4.30"] },
      });
    }, 300_000);

    it("finds nothing between an image and itself in another form", async () => {
      const { status } = spawnSync("skopeo", ["--version"]);
      if (status !== 0) return;
      const oci = `oci:${join(folder, "layout")}:x`;
      execFileSync("skopeo", ["copy", "-q", `docker-archive:${join(folder, "trixie.tar")}`, oci]);
      const same = await diffImages(join(folder, "trixie.tar"), join(folder, "layout"));
      expect(same).toMatchObject({ same: true, breaking: [] });
    }, 300_000);
  },
);

function listPackages(suite: Suite): ReadonlyMap<string, string> {
  const admin = `--admindir=${join(rootOf(suite), "var/lib/dpkg")}`;
  const text = execFileSync("dpkg-query", [admin, "-W", "-f", "${Package} ${Version} ${db:Status-Status}\n"], {
    encoding: "utf8",
  });
  const rows = text.trim().split("\n");
  return new Map(
    rows.flatMap((line) => {
      const [name = "", version = "", status] = line.split(" ");
      return status === "installed" ? [[name, version] as const] : [];
    }),
  );
}

/** What find tells of each path, and the checksum of each file. */
function listFiles(suite: Suite): ReadonlyMap<string, string> {
  const options = { cwd: rootOf(suite), encoding: "utf8" as const, maxBuffer: 2 ** 28 };
  const found = execFileSync(
    "find",
    [".", "-mindepth", "1", "-not", "-path", "./dev/*", "-printf", "%p\t%y\t%m\t%U:%G\t%l\n"],
    options,
  );
  const sums = execFileSync("find", [".", "-type", "f", "-exec", "sha256sum", "{}", "+"], options);
  const sumOf = new Map(
    sums
      .trim()
      .split("\n")
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
  return new Map(
    found
      .trim()
      .split("\n")
      .map((line) => {
        const [path = "", type = "", mode = "", owner = "", target = ""] = line.split("\t");
        // A link's mode is nobody's.
        const said = [type, type === "l" ? "" : mode, owner, target, sumOf.get(path) ?? ""].join(" ");
        return [path.slice(1), said] as const;
      }),
  );
}

const BY_LINKERS = new Set(["_init", "_fini", "_edata", "_end", "__bss_start"]);

/** "name@VERSION" of everything that nm calls defined, but for the nodes themselves. */
function listSymbols(suite: Suite, path: string): ReadonlySet<string> {
  const text = execFileSync("nm", ["-D", "--defined-only", join(rootOf(suite), path)], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const rows = text.split("\n").flatMap((line) => {
    const [, type, symbol = ""] = /^[0-9a-f]+ (.) (\S+)$/.exec(line) ?? [];
    return type === undefined || type === "A" || BY_LINKERS.has(symbol) ? [] : [symbol.replace("@@", "@")];
  });
  return new Set(rows);
}

function hasVersions(symbols: ReadonlySet<string>): boolean {
  return [...symbols].some((symbol) => symbol.includes("@"));
}

/** mmdebstrap makes such roots, for root alone. */
function findObstacle(): string | undefined {
  for (const tool of ["tar", "nm", "dpkg-query", "find"])
    if (spawnSync(tool, ["--version"]).status !== 0) return `no ${tool}`;
  for (const [suite, libssl] of Object.entries(SUITES) as [Suite, string][]) {
    if (existsSync(rootOf(suite))) continue;
    if (process.getuid?.() !== 0) return "root makes its folder";
    if (spawnSync("mmdebstrap", ["--version"]).status !== 0) return "no mmdebstrap";
    const packages = ["zlib1g", "libstdc++6", "openssl", "curl", "ca-certificates", libssl];
    const make = `const { makeRoot } = await import(${JSON.stringify(MAKER)});
makeRoot(${JSON.stringify({ name: `diff-${suite}`, suite, packages })});`;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", make], { encoding: "utf8" });
    if (status !== 0) return `no root of ${suite} could be made: ${stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  return undefined;
}

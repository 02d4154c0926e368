/**
 * SIF images: which object is the root, what makes an image impossible to judge, and that the report is that of a docker archive of
 * the same tree. The images are built byte by byte around file systems of mksquashfs.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyze } from "../../src/analyze.js";
import { ContainerspecError } from "../../src/errors.js";
import { readImage } from "../../src/image/read-image.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { readHost } from "../../src/read-host.js";
import { createRandom, mutate } from "../support/elf-mutation.js";
import { packArchive } from "../support/image-builder.js";
import { run } from "../support/image-disk.js";
import { dockerArchive } from "../support/image-forms.js";
import { listTree } from "../support/image-layer.js";
import { readFrom, readStreamed } from "../support/image-read.js";
import { buildSif, overlay, primary, type SifDescription } from "../support/sif-builder.js";
import { buildSquashfs, type SquashfsFile } from "../support/squashfs-builder.js";
import { HAS_SQUASHFS_TOOLS, makeSquashfs, PLAIN_TABLES } from "../support/squashfs.js";
import { failureOf } from "../support/tar-entries.js";

const SIGNATURE = { type: 0x4005, data: Buffer.from("signed"), name: "signature" };
const DEFINITION = { type: 0x4001, data: Buffer.from("bootstrap: docker\n") };

describe.skipIf(!HAS_SQUASHFS_TOOLS)("SIF images (needs mksquashfs)", () => {
  let folder: string;
  let root: Buffer;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sif-"));
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "usr/lib"), { recursive: true });
    mkdirSync(join(tree, "etc"));
    writeFileSync(join(tree, "usr/lib/libz.so"), "z".repeat(5000));
    writeFileSync(join(tree, "etc/os-release"), "ID=debian");
    symlinkSync("usr/lib", join(tree, "lib"));
    root = makeSquashfs(tree, join(folder, "root.squashfs"), [...PLAIN_TABLES, "-b", "4096"]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function save(bytes: Uint8Array, name = "app.sif"): string {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  }

  const build = (description: SifDescription): string => save(buildSif(description));

  async function expectRefusal(path: string, code: string, message: RegExp): Promise<void> {
    const failure = await failureOf(readFrom(path));
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^Cannot [^\n]*[^.\n]$/);
    expect(failure.code).toBe(code);
  }

  it("holds the root in its primary partition, beside other objects", async () => {
    const other = { type: 0x4004, data: Buffer.alloc(100), partition: { fileSystem: 4, role: 3 } };
    const path = build({
      objects: [DEFINITION, other, { ...primary(root), isUnused: true }, primary(root), SIGNATURE],
    });
    const { image, snapshot } = await readFrom(path);
    expect(listTree(snapshot)).toEqual([
      "etc/",
      "etc/os-release=ID=debian",
      "lib -> usr/lib",
      "usr/",
      "usr/lib/",
      `usr/lib/libz.so=${"z".repeat(5000)}`,
    ]);
    expect(image.platform).toEqual({ os: "linux", architecture: "amd64" });
    expect(image.layers).toMatchObject([{ size: root.length, digest: image.digest }]);
    expect(image.config.env).toEqual([]);
  });

  it.each([
    ["01", "386"],
    ["04", "arm64"],
    ["06", "ppc64le"],
    ["11", "s390x"],
    ["12", "riscv64"],
    ["00", ""],
    ["77", ""],
  ])("has the architecture %s, which is %j", async (code, architecture) => {
    const path = build({ objects: [primary(root, code)] });
    expect((await readFrom(path)).image.platform.architecture).toBe(architecture);
    const failure = architecture === "" ? undefined : await failureOf(readFrom(path, { platform: "linux/mips64" }));
    if (failure !== undefined) {
      expect(failure.code).toBe("platform-not-found");
      expect(failure.message).toContain(`it holds linux/${architecture}`);
    }
  });

  it("takes the Env of the OCI image that it was made from", async () => {
    const config = {
      type: 0x4006,
      name: "oci-config.json",
      data: Buffer.from('{"Env":["LD_LIBRARY_PATH=/opt/lib"],"Cmd":["a"]}'),
    };
    const { image } = await readFrom(build({ objects: [config, primary(root)] }));
    expect(image.config).toMatchObject({ env: ["LD_LIBRARY_PATH=/opt/lib"], cmd: [], workingDir: "" });
    await expectRefusal(build({ objects: [config, config, primary(root)] }), "corrupt-image", /oci-config\.json twice/);
    const broken = { ...config, data: Buffer.from("{") };
    await expectRefusal(build({ objects: [broken, primary(root)] }), "corrupt-image", /oci-config\.json in .*no JSON/);
  });

  it("is refused with an overlay over its root, and not with one of another group", async () => {
    const message = /its object 2 is an overlay \(ext3\).* is not read; .*apptainer sif del 2/;
    await expectRefusal(build({ objects: [primary(root), overlay(Buffer.alloc(100))] }), "unsupported-image", message);
    const noGroup = { ...primary(root), group: 0xf0000000 };
    await expectRefusal(build({ objects: [noGroup, overlay(Buffer.alloc(100))] }), "unsupported-image", message);
    const other = await readFrom(build({ objects: [primary(root), overlay(Buffer.alloc(100), 0xf0000007)] }));
    expect(other.snapshot.lookup("/etc/os-release")).toBeDefined();
  });

  it.each([
    [
      "no primary partition",
      { objects: [DEFINITION, SIGNATURE] },
      "not-an-image",
      /it holds a definition file, a signature$/,
    ],
    ["nothing", { objects: [] }, "not-an-image", /it holds nothing$/],
    [
      "an index of OCI images that is none",
      { objects: [{ type: 0x400a, data: Buffer.from("{}") }] },
      "corrupt-image",
      /index\.json: it is no image index/,
    ],
    ["another version", { objects: [], version: "02" }, "corrupt-image", /of the version "02/],
    [
      "more objects than any",
      { objects: [], count: 2 ** 40 },
      "limit-exceeded",
      /1099511627776 objects, .*--limit descriptors=N/,
    ],
    ["fewer objects than none", { objects: [], count: -1 }, "corrupt-image", /-1 objects/],
    ["a longer table than it says", { objects: [], count: 49 }, "corrupt-image", /its table of 49 objects/],
  ] as const)("with %s", (_name, description, code, message) => expectRefusal(build(description), code, message));

  it.each([
    [2, /of the kind ext3/],
    [5, /partition is encrypted/],
    [6, /partition is encrypted/],
    [99, /of the kind unknown/],
  ])("with a root of the file system %i", (fileSystem, message) =>
    expectRefusal(
      build({ objects: [{ ...primary(root), partition: { fileSystem, role: 2 } }] }),
      "unsupported-image",
      message,
    ),
  );

  it("with two roots, or one that lies outside it", async () => {
    await expectRefusal(build({ objects: [primary(root), primary(root)] }), "corrupt-image", /partitions 1 and 2 both/);
    for (const size of [2 ** 40, -1])
      await expectRefusal(
        build({ objects: [{ ...primary(root), size }] }),
        "corrupt-image",
        /object 1, a partition, does not lie/,
      );
    await expectRefusal(save(buildSif({ objects: [primary(root)] }).subarray(0, 33000)), "corrupt-image", /cut short/);
    await expectRefusal(save(buildSif({ objects: [] }).subarray(0, 100)), "corrupt-image", /SIF header is cut short/);
    await expectRefusal(build({ objects: [primary(Buffer.alloc(5000))] }), "corrupt-image", /squashfs .* expected/);
  });

  it("from a stream, or compressed as a whole", async () => {
    const bytes = buildSif({ objects: [primary(root)] });
    const failures = [
      await failureOf(readStreamed(bytes)),
      await failureOf(readFrom(save(gzipSync(bytes), "app.sif.gz"))),
    ];
    for (const { code, message } of failures) {
      expect(code).toBe("unsupported-image");
      expect(message).toMatch(/it is a SIF image.*; give the name of a file that is not compressed/);
    }
  });

  it("is known as an old ext3 image where it is one", async () => {
    const bytes = Buffer.alloc(8192);
    bytes.writeUInt16LE(0xef53, 1080);
    bytes.write("text, no tar");
    await expectRefusal(save(bytes), "unsupported-image", /ext3 file system, as Singularity 2/);
  });

  describe("with scripts that set its environment", () => {
    const remarksOf = async (scripts: Readonly<Record<string, SquashfsFile>>, config?: string) => {
      const files = Object.fromEntries(
        Object.entries(scripts).map(([name, file]) => [`/.singularity.d/env/${name}`, file]),
      );
      const oci = config === undefined ? [] : [{ type: 0x4006, name: "oci-config.json", data: Buffer.from(config) }];
      const { remarks } = await readFrom(build({ objects: [...oci, primary(buildSquashfs(files))] }));
      return remarks.map(({ code, path, variables }) => [code, path?.slice("/.singularity.d/env/".length), variables]);
    };
    const script = (text: string): SquashfsFile => ({ bytes: Buffer.from(`#!/bin/sh\n${text}\n`), mode: 0o755 });
    const told = (name: string, ...variables: string[]) => [["environment-script", name, variables]];

    // What is not known to set something may set any of them.
    const ALL = ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_BIND_NOW", "GLIBC_TUNABLES"];

    it.each([
      ["export LD_LIBRARY_PATH=/opt", ["LD_LIBRARY_PATH"]],
      ["if true; then LD_PRELOAD=/a.so; fi; GLIBC_TUNABLES=x", ["LD_PRELOAD", "GLIBC_TUNABLES"]],
      [". /opt/intel/setvars.sh", ALL],
      ["test -f /a && source /a", ALL],
      ['eval "$(/opt/spack/bin/spack load --sh mpi)"', ALL],
    ])("%s", async (text, variables) => {
      expect(await remarksOf({ "90-environment.sh": script(text) })).toEqual(told("90-environment.sh", ...variables));
    });

    it.each(["export PATH=/opt/bin:$PATH", "# LD_LIBRARY_PATH=/opt", "export A=1.5 OLD_LIBRARY_PATH=/a"])(
      "%s: nothing to tell",
      async (text) => {
        expect(await remarksOf({ "90-environment.sh": script(text) })).toEqual([]);
      },
    );

    it("is told of the one that repeats the Env only where the Env is not known", async () => {
      const scripts = { "10-docker2singularity.sh": script('export LD_LIBRARY_PATH="/opt"') };
      expect(await remarksOf(scripts, '{"Env":["LD_LIBRARY_PATH=/opt"]}')).toEqual([]);
      expect(await remarksOf(scripts)).toEqual(told("10-docker2singularity.sh", "LD_LIBRARY_PATH"));
    });

    it("is told of one that is a link, and not of one that is no script", async () => {
      expect(await remarksOf({ "91-more.sh": { link: "/opt/more" } })).toEqual(told("91-more.sh", ...ALL));
      expect(await remarksOf({ "91-more.txt": script("LD_PRELOAD=/a") })).toEqual([]);
    });
  });

  describe("of a real root", () => {
    let tree: string;
    beforeAll(() => {
      tree = join(folder, "real");
      for (const path of realFiles()) {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        cpSync(path, join(tree, path), { dereference: true });
      }
      // The loader's configuration behind a link: found by its place, and read in a second pass.
      mkdirSync(join(tree, "etc"), { recursive: true });
      mkdirSync(join(tree, "opt/config"), { recursive: true });
      writeFileSync(join(tree, "opt/config/folders"), "/opt/lib\n");
      symlinkSync("/opt/config/folders", join(tree, "etc/ld.so.conf"));
      writeFileSync(join(tree, "etc/os-release"), "ID=debian\n");
    });

    it.each(["gzip", "zstd"])("gives the report of a docker archive of the same tree (%s)", async (compression) => {
      run("tar", ["-cf", join(folder, "layer.tar"), "-C", tree, "."]);
      const archive = save(
        packArchive(dockerArchive([{ env: [], layers: [readFileSync(join(folder, "layer.tar"))] }])),
        "app.tar",
      );
      const sif = build({
        objects: [primary(makeSquashfs(tree, join(folder, "real.squashfs"), ["-comp", compression]))],
      });
      const host = await readHost(undefined);
      const report = async (source: string) => {
        const { image, ...rest } = await analyze(source, { host, layerMode: "extract" });
        const { source: _source, digest: _digest, layers: _layers, reference: _reference, ...facts } = image;
        return { image: facts, ...rest };
      };
      const found = await report(sif);
      expect(found.mounts.length).toBeGreaterThan(3);
      expect(found.image.libc.family).not.toBe("none");
      expect(found).toEqual(await report(archive));
    });

    it("tells the platform of its programs where nothing else does", async () => {
      const host = await readHost(undefined);
      const platformOf = async (source: string) => (await analyze(source, { host })).image.platform;
      const bytes = makeSquashfs(tree, join(folder, "real.squashfs"));
      const sif = build({ objects: [primary(bytes, process.arch === "arm64" ? "04" : "02")] });
      expect(await platformOf(join(folder, "real.squashfs"))).toBe(await platformOf(sif));
      expect(await platformOf(join(folder, "root.squashfs"))).toBe("linux/unknown");
    });

    it("is a host, too", async () => {
      const sif = build({ objects: [primary(makeSquashfs(tree, join(folder, "real.squashfs")))] });
      const host = await readHost(sif);
      expect(host.libc.family).toBe((await readHost(tree)).libc.family);
    });
  });

  it.each([
    [1, "with plain tables", PLAIN_TABLES],
    [2, "with plain tables", PLAIN_TABLES],
    [3, "with gzip", []],
    [4, "with zstd", ["-comp", "zstd"]],
  ] as const)(
    "damaged in a thousand ways ends in a report or an error, and soon (seed %i, %s)",
    async (seed, _name, options) => {
      const random = createRandom(seed);
      const tree = join(folder, "tree");
      const file = makeSquashfs(tree, join(folder, "damaged.squashfs"), [...options, "-b", "4096"]);
      const good = buildSif({ objects: [primary(file), SIGNATURE] });
      const start = 32768;
      const tables = start + Number(file.readBigUInt64LE(64));
      const ranges = [
        [0, 128],
        [4096, 4096 + 585],
        [start, start + 96],
        [tables, start + file.length],
      ] as const;
      const path = join(folder, "damaged.sif");
      let refused = 0;
      for (let round = 0; round < 1000; round += 1) {
        writeFileSync(path, mutate(good, ranges, random));
        const began = performance.now();
        const failure: unknown = await readImage(path, {
          inspector: fileInspector,
          layerMode: "overlay",
          verify: "always",
          defaultPlatform: "linux/amd64",
          stdin: Readable.from([]),
        }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) {
          if (!(failure instanceof ContainerspecError)) throw new Error(`round ${round}`, { cause: failure });
          expect(failure.code).not.toBe("internal");
          refused += 1;
        }
        expect(performance.now() - began).toBeLessThan(3000);
      }
      expect(refused).toBeGreaterThan(300);
    },
  );
});

/** A few programs and libraries of this machine, by the names that its loader uses. */
function realFiles(): string[] {
  const names = ["/bin/true", "/bin/sh", ...new Set(["/bin/true", "/bin/sh", process.execPath].flatMap(listNeeded))];
  return names.filter((name) => existsSync(realpathSync(name)));
}

function listNeeded(program: string): string[] {
  return [...run("ldd", [program]).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
}

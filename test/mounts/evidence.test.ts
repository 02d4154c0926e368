/** Where evidence is missing, no answer is given, also where it was missing before the mount. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calls, gives, installed, library, program, toContent, type Files } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";
import type { Scene, StoryOptions } from "../support/story.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-evidence-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const LIBHWLOC = `${MULTIARCH}/libhwloc.so.15`;
const LIBUDEV = `${MULTIARCH}/libudev.so.1`;
const whole = library({ soname: "libudev.so.1", symbols: gives("udev_new@LIBUDEV_183") });
const cutOff = { bytes: toContent(whole as Parameters<typeof toContent>[0]).subarray(0, 600), mode: 0o644 };
const hwloc = (needed: readonly string[], ...uses: ReturnType<typeof calls>): Files =>
  installed(LIBHWLOC, {
    soname: "libhwloc.so.15",
    needed,
    symbols: [...gives("hwloc_topology_init@HWLOC_2"), ...uses],
  });
const solver = program({
  needed: ["libhwloc.so.15"],
  symbols: calls("libhwloc.so.15", "hwloc_topology_init@HWLOC_2"),
});

async function judge(name: string, image: Files, host: Files, options: StoryOptions = {}): Promise<unknown> {
  const scene: Omit<Scene, "expected"> = {
    image: { layers: [debian12({ "/usr/bin/solver": solver, ...image })] },
    host: debian12(host),
    library: "libhwloc.so.15",
    options,
  };
  const { mounts } = await playScene({ ...scene, expected: { findings: [] } }, join(folder, name));
  const [mount] = mounts;
  return { verdict: mount?.verdict, loader: mount?.loader, rules: mount?.findings.map(({ rule }) => rule) };
}

const UNKNOWN = { verdict: "unknown", loader: "unknown", rules: ["elf-unreadable"] };

test("a damaged library that the image's own copy comes to today is a question for the host's copy too", async () => {
  const image = { ...hwloc(["libudev.so.1"]), [LIBUDEV]: cutOff };
  expect(await judge("as before", image, hwloc(["libudev.so.1"]))).toEqual(UNKNOWN);
});

test("a symbol that nobody defines may be one of the damaged library", async () => {
  const image = { ...hwloc(["libudev.so.1"]), [LIBUDEV]: cutOff };
  const host = hwloc(["libudev.so.1"], ...calls("libudev.so.1", "udev_new@LIBUDEV_183"));
  expect(await judge("symbol", image, host)).toEqual(UNKNOWN);
});

test("a damaged library may need what is mounted, where it does not even tell what it needs", async () => {
  const image = { ...hwloc([]), [LIBUDEV]: cutOff, "/usr/bin/probe": program({ needed: ["libudev.so.1"] }) };
  expect(await judge("elsewhere", image, hwloc([]))).toEqual(UNKNOWN);
  const alone = { ...image, "/usr/bin/probe": program({ needed: [] }) };
  expect(await judge("not loaded", alone, hwloc([]))).toEqual({ verdict: "safe", loader: "ok", rules: [] });
});

describe("a copy that only some CPUs get, before glibc 2.37", () => {
  const needing = library({ soname: "libudev.so.1", needed: ["libmissing.so.1"] });
  const world = (words: string, copy: Files[string]) => ({
    ...hwloc([]),
    [LIBUDEV]: whole,
    [`${MULTIARCH}/${words}/libudev.so.1`]: copy,
  });

  test.each(["haswell", "haswell/x86_64", "tls/haswell/avx512_1", "xeon_phi"])(
    "in %s is asked about where nobody knows the CPU",
    async (words) => {
      const [good, bad] = [world(words, whole), world(words, needing)];
      const host = hwloc(["libudev.so.1"]);
      expect(await judge(`${words} good`, good, host)).toEqual({ verdict: "safe", loader: "ok", rules: [] });
      expect(await judge(`${words} bad`, bad, host)).toEqual({
        verdict: "unsafe",
        loader: "broken",
        rules: ["library-not-found"],
      });
      // Neither Haswell nor Xeon Phi has so low a level.
      const old = { cpuLevel: "x86-64-v2" };
      expect(await judge(`${words} old`, bad, host, old)).toEqual({ verdict: "safe", loader: "ok", rules: [] });
    },
  );

  test("in a folder of words that no CPU has together is nobody's", async () => {
    const image = world("haswell/xeon_phi", needing);
    expect(await judge("opposed words", image, hwloc(["libudev.so.1"]))).toMatchObject({ verdict: "safe" });
  });

  test("on $PLATFORM is asked about as well", async () => {
    const image = {
      ...hwloc([]),
      [LIBUDEV]: whole,
      "/opt/haswell/libudev.so.1": needing,
      "/usr/bin/probe": program({ needed: ["libhwloc.so.15"], rpath: "/opt/$PLATFORM" }),
    };
    const host = hwloc(["libudev.so.1"]);
    expect(await judge("token", image, host)).toMatchObject({ verdict: "unsafe" });
    expect(await judge("token old", image, host, { cpuLevel: "x86-64-v2" })).toMatchObject({ verdict: "safe" });
  });

  test("on $PLATFORM is asked about by later releases too, which have no such folders any more", async () => {
    const image = {
      ...hwloc([]),
      [LIBUDEV]: whole,
      "/opt/haswell/libudev.so.1": needing,
      [`${MULTIARCH}/haswell/libhwloc.so.15`]: needing,
      "/usr/bin/probe": program({ needed: ["libhwloc.so.15"], rpath: "/opt/$PLATFORM" }),
    };
    const scene = {
      image: { layers: [debian13({ "/usr/bin/solver": solver, ...image })] },
      host: debian13(hwloc(["libudev.so.1"])),
      library: "libhwloc.so.15",
      expected: { findings: [] },
    };
    const report = await playScene(scene, join(folder, "later token"));
    expect(report.mounts).toMatchObject([{ verdict: "unsafe", target: `/lib/x86_64-linux-gnu/libhwloc.so.15` }]);
  });

  test("on $PLATFORM in LD_PRELOAD is asked about too", async () => {
    const image = { ...hwloc([]), [LIBUDEV]: whole, "/opt/p-haswell.so": needing, "/opt/p-x86_64.so": whole };
    const env = new Map([["LD_PRELOAD", "/opt/p-$PLATFORM.so"]]);
    const host = hwloc(["libudev.so.1"]);
    // A preload that cannot be had is passed over: what counts is that the question is asked at all.
    const scene = {
      image: { layers: [debian12({ "/usr/bin/solver": solver, ...image })] },
      host: debian12({ ...host, "/opt/p-haswell.so": library({ soname: "p.so", symbols: gives("malloc") }) }),
      options: { env, mounts: ["/opt/p-haswell.so:/opt/p-haswell.so"] },
      expected: { findings: [] },
    };
    const report = await playScene(scene, join(folder, "preload token"));
    expect(report.set?.verdict).toBe("loads");
  });

  test("of the mounted library itself is found: the mount lands on it on such a CPU", async () => {
    const image = { ...hwloc([]), [`${MULTIARCH}/haswell/libhwloc.so.15`]: hwloc([])[LIBHWLOC] as Files[string] };
    const broken = installed(LIBHWLOC, { soname: "libhwloc.so.15" });
    expect(await judge("two copies", image, broken)).toMatchObject({ verdict: "risky", loader: "latent" });
  });
});

test("a loader that is neither glibc's nor musl's does what nobody here knows", async () => {
  const interp = "/lib/ld-uClibc.so.1";
  const files = { ...hwloc([]), "/usr/bin/solver": program({ interp, needed: ["libhwloc.so.15"] }) };
  const { mounts } = await playScene(
    { image: { layers: [files] }, host: debian12(hwloc([])), library: "libhwloc.so.15", expected: { findings: [] } },
    join(folder, "uclibc"),
  );
  expect(mounts).toMatchObject([{ verdict: "unknown", loader: "unknown" }]);
});

describe("a copy for some CPUs, and a host whose CPU nobody knows", () => {
  const udev = (...symbols: readonly string[]) => library({ soname: "libudev.so.1", symbols: gives(...symbols) });
  const image = {
    ...hwloc([]),
    [LIBUDEV]: udev("old@U_1", "new@U_2"),
    [`${MULTIARCH}/glibc-hwcaps/x86-64-v3/libudev.so.1`]: udev("old@U_1"),
  };
  const host = hwloc(["libudev.so.1"], ...calls("libudev.so.1", "new@U_2"));
  const BROKEN = { verdict: "safe-with", loader: "broken", rules: ["version-not-defined"] };

  test("is judged as if it had it, and as if not: the worst is told", async () => {
    const both = { ...host, [LIBUDEV]: udev("old@U_1", "new@U_2") };
    expect(await judge("two words", image, both)).toEqual(BROKEN);
  });
  test.each([
    ["x86-64-v2", { verdict: "safe", loader: "ok", rules: [] }],
    ["x86-64-v4", BROKEN],
    ["westmere", { verdict: "safe", loader: "ok", rules: [] }],
    ["zen4", BROKEN],
  ] as const)("is known with %s", async (cpuLevel, expected) => {
    const both = { ...host, [LIBUDEV]: udev("old@U_1", "new@U_2") };
    expect(await judge(cpuLevel, image, both, { cpuLevel })).toEqual(expected);
  });
  test("the report says for which CPUs", async () => {
    const scene = { image: { layers: [debian12(image)] }, host: debian12(host), expected: { findings: [] } };
    const unknown = await playScene(scene, join(folder, "unknown"));
    expect(unknown.host.assumedCpuLevels).toEqual(["baseline", "x86-64-v3"]);
    const known = await playScene({ ...scene, options: { cpuLevel: "x86-64-v3" } }, join(folder, "known"));
    expect(known.host).toMatchObject({ cpu: { name: "x86_64_v3", level: "x86-64-v3" } });
    expect(known.host.assumedCpuLevels).toBeUndefined();
    const named = await playScene({ ...scene, options: { cpuLevel: "haswell" } }, join(folder, "named"));
    expect(named.host).toMatchObject({ cpu: { name: "haswell", level: "x86-64-v3" } });
  });
});

describe("a bind that brings copies for some CPUs", () => {
  const bad = library({ soname: "libhwloc.so.15" });
  const now = { ...solver, elf: { ...("elf" in solver ? solver.elf : {}), bindNow: true } };
  const ask = async (name: string, host: Files, mount: string, image: Files, options: StoryOptions = {}) => {
    const scene = {
      image: { layers: [debian12({ "/usr/bin/solver": now, ...hwloc([]), ...image })] },
      host: debian12(host),
      options: { mounts: [mount], ...options },
      expected: { findings: [] },
    };
    return (await playScene(scene, join(folder, name))).set?.verdict;
  };
  const V3 = "/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3";

  test("is asked about where nobody knows the CPU, whether the image has the folder or not", async () => {
    const file = { "/opt/libhwloc.so.15": bad };
    const folderOnly = { [`${MULTIARCH}/glibc-hwcaps/x86-64-v3/README`]: { bytes: Buffer.from(""), mode: 0o644 } };
    const mount = `/opt/libhwloc.so.15:${V3}/libhwloc.so.15`;
    expect(await ask("new folder", file, mount, {})).toBe("unsafe");
    expect(await ask("its folder", file, mount, folderOnly)).toBe("unsafe");
    expect(await ask("a folder", { "/opt/v3/libhwloc.so.15": bad }, `/opt/v3:${V3}`, {})).toBe("unsafe");
    expect(await ask("old CPU", file, mount, {}, { cpuLevel: "x86-64-v2" })).toBe("no-effect");
  });

  test("counts up to the known level where the environment masks features", async () => {
    const image = { [`${MULTIARCH}/glibc-hwcaps/x86-64-v3/libhwloc.so.15`]: hwloc([])[LIBHWLOC] as Files[string] };
    const mount = `${LIBHWLOC}:${LIBHWLOC}`;
    const host = installed(LIBHWLOC, { soname: "libhwloc.so.15" });
    const known = { cpuLevel: "x86-64-v3" };
    const env = new Map([["GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2"]]);
    expect(await ask("not masked", host, mount, image, known)).toBe("no-effect");
    expect(await ask("masked", host, mount, image, { ...known, env })).toBe("unsafe");
  });
});

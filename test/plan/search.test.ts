/** Which mounts a plan is made of: no more than must come from the host, and no fewer than work. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analyze, readHost, type AnalyzeOptions, type Report } from "../../src/index.js";
import otherMpi from "../../fixtures/rules/mpi-abi-differs/story.js";
import { createFolder } from "../cli/run-cli.js";
import {
  calls,
  gives,
  installed,
  library as elfLibrary,
  link,
  program,
  text,
  type Files,
} from "../support/story-files.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";
import { writeScene } from "../support/story.js";

const folder = createFolder();
let scenes = 0;

interface Asked extends Omit<Partial<AnalyzeOptions>, "host"> {
  readonly image: Files;
  readonly host: Files;
}

/** The report of a plan, and the same question asked by the mounts of that plan. */
async function plan(wanted: string, { image, host, ...options }: Asked): Promise<{ report: Report; proof?: Report }> {
  const place = join(folder, String((scenes += 1)));
  writeScene({ image: { layers: [debian12(image)] }, host: debian13(host), expected: { findings: [] } }, place);
  const tar = join(place, "image.tar");
  const report = await analyze(tar, {
    ...{ host: await readHost(join(place, "host")), libraries: wanted.split(" "), plan: true },
    ...options,
  });
  if (report.plan?.works !== true) return { report };
  const mounts = report.plan.mounts.map(({ source, target }) => `${source}:${target}:ro`);
  const trees = report.plan.mounts.map(({ source }) => source);
  const proof = await analyze(tar, {
    ...{ host: await readHost(join(place, "host"), { trees }), mounts, placement: report.plan.placement },
    ...options,
  });
  return { report, proof };
}

/** A library of the host's release, unless it is told otherwise. */
const library = (name: string, symbols: readonly string[], more: object = {}, release = "new"): Files =>
  installed(`${MULTIARCH}/${name}`, { soname: name, symbols: gives(...symbols), contents: release, ...more });
const needing = (name: string, needed: string, ...symbols: readonly string[]): Files =>
  installed(`${MULTIARCH}/${name}`, {
    soname: name,
    needed: [needed],
    symbols: [...gives(`${name.slice(3, 6)}@OWN`), ...calls(needed, ...symbols)],
    contents: "new",
  });
const names = (report: Report): readonly string[] => (report.plan?.mounts ?? []).map(({ target }) => target);
const at = (...sonames: readonly string[]): readonly string[] => sonames.map((name) => `${MULTIARCH}/${name}`);

describe("a plan", () => {
  test("leaves a dependency to the image that has it and will do", async () => {
    const { report } = await plan("libnet.so.1", {
      image: library("libdep.so.1", ["old@DEP_1"], {}, "old"),
      host: { ...library("libdep.so.1", ["old@DEP_1"]), ...needing("libnet.so.1", "libdep.so.1", "old@DEP_1") },
    });
    expect(names(report)).toEqual(at("libnet.so.1"));
    expect(report.plan).toMatchObject({ works: true, verdict: "safe", placement: "over", reasons: [], advice: [] });
    expect(report.plan?.kept).toEqual([{ soname: "libdep.so.1", why: "the image's own will do" }]);
  });

  test("brings what the image lacks, with what that needs", async () => {
    const { report, proof } = await plan("libnet.so.1", {
      image: {},
      host: {
        ...needing("libnet.so.1", "libmid.so.1", "mid@OWN"),
        ...needing("libmid.so.1", "libend.so.1", "end@END"),
        ...library("libend.so.1", ["end@END"]),
        ...library("libother.so.1", ["other@OTHER"]),
      },
    });
    expect(names(report)).toEqual(at("libend.so.1", "libmid.so.1", "libnet.so.1"));
    expect(report.plan?.mounts.map(({ why, covers }) => [why, covers])).toEqual([
      ["libmid.so.1 needs it, and the image has none", undefined],
      ["libnet.so.1 needs it, and the image has none", undefined],
      ["asked for", undefined],
    ]);
    expect(proof?.set).toEqual(report.set);
    expect(proof?.mounts).toEqual(report.mounts);
  });

  test("replaces the image's copy where that is too old, and nothing else", async () => {
    const { report, proof } = await plan("libnet.so.1", {
      image: {
        ...library("libdep.so.1", ["old@DEP_1"], {}, "old"),
        ...library("libend.so.1", ["end@END"], {}, "old"),
        "/usr/bin/app": program({ needed: ["libdep.so.1"], symbols: calls("libdep.so.1", "old@DEP_1") }),
      },
      host: {
        ...installed(`${MULTIARCH}/libnet.so.1`, {
          soname: "libnet.so.1",
          needed: ["libdep.so.1", "libend.so.1"],
          symbols: [...gives("net@OWN"), ...calls("libdep.so.1", "new@DEP_2"), ...calls("libend.so.1", "end@END")],
        }),
        ...library("libdep.so.1", ["old@DEP_1", "new@DEP_2"]),
        ...library("libend.so.1", ["end@END"]),
      },
    });
    expect(names(report)).toEqual(at("libdep.so.1", "libnet.so.1"));
    expect(report.plan?.mounts[0]?.why).toBe("libnet.so.1 needs DEP_2 of it, which the image's does not define");
    expect(proof?.set).toEqual(report.set);
  });

  test("says where two needs contradict each other", async () => {
    const { report } = await plan("libnet.so.1", {
      image: {
        ...library("libdep.so.1", ["old@DEP_1", "own@DEP_OF_THE_IMAGE"], {}, "old"),
        "/usr/bin/app": program({ needed: ["libdep.so.1"], symbols: calls("libdep.so.1", "own@DEP_OF_THE_IMAGE") }),
      },
      host: {
        ...needing("libnet.so.1", "libdep.so.1", "new@DEP_2"),
        ...library("libdep.so.1", ["old@DEP_1", "new@DEP_2"]),
      },
    });
    expect(report.plan).toMatchObject({ works: false, verdict: "unsafe", mounts: [], environment: [] });
    expect(report.plan?.reasons).not.toEqual([]);
    expect(report.plan?.advice).not.toEqual([]);
    expect(report.set).toBeNull();
  });

  test("keeps a project whole", async () => {
    const parts = (release: string): Files => ({
      ...library("libucp.so.0", ["ucp"], {}, release),
      ...library("libucs.so.0", ["ucs"], {}, release),
    });
    const { report, proof } = await plan("libucp.so.0", { image: parts("1.13"), host: parts("1.18") });
    expect(names(report)).toEqual(at("libucp.so.0", "libucs.so.0"));
    expect(report.plan?.mounts[1]?.why).toBe("part of UCX, as libucp.so.0 is");
    expect(report.plan?.works).toBe(true);
    expect(proof?.set).toEqual(report.set);
  });

  test("brings the plugins of a library, with what links among them lead to and what they need", async () => {
    const verbs = (release: string): Files => ({
      ...library(
        "libibverbs.so.1",
        ["ibv_open_device@IBVERBS_1.1", `register@IBVERBS_PRIVATE_${release}`],
        {},
        release,
      ),
      [`${MULTIARCH}/libibverbs/libefa-rdmav${release}.so`]: link(`../libefa.so.1.2.${release}`),
      [`${MULTIARCH}/libefa.so.1`]: link(`libefa.so.1.2.${release}`),
      [`${MULTIARCH}/libefa.so.1.2.${release}`]: provider("libefa.so.1", release, []),
      [`${MULTIARCH}/libibverbs/libmana-rdmav${release}.so`]: provider("libmana.so", release, ["libnl-3.so.200"]),
      "/etc/libibverbs.d/efa.driver": text("driver efa\n"),
    });
    const provider = (soname: string, release: string, needed: readonly string[]) =>
      elfLibrary({
        soname,
        needed: ["libibverbs.so.1", ...needed],
        symbols: calls("libibverbs.so.1", `register@IBVERBS_PRIVATE_${release}`),
      });
    const { report, proof } = await plan("libibverbs.so.1", {
      image: { ...verbs("34"), "/usr/bin/app": program({ needed: ["libibverbs.so.1"] }) },
      host: { ...verbs("59"), ...library("libnl-3.so.200", ["nl@NL"]) },
    });
    expect(report.plan).toMatchObject({ works: true, reasons: [] });
    expect(report.plan?.mounts.map(({ target, kind }) => [target, kind])).toEqual([
      [`${MULTIARCH}/libefa.so.1`, "file"],
      [`${MULTIARCH}/libefa.so.1.2.59`, "file"],
      [`${MULTIARCH}/libibverbs`, "folder"],
      [`${MULTIARCH}/libibverbs.so.1`, "file"],
      [`${MULTIARCH}/libnl-3.so.200`, "file"],
    ]);
    expect(report.plan?.environment.map(({ name }) => name)).toContain("MLX5_*");
    expect(proof?.set).toEqual(report.set);
  });

  test("tells the C library that the image would need", async () => {
    const { report } = await plan("libnet.so.1", {
      image: {},
      host: needing("libnet.so.1", "libc.so.6", "__isoc23_strtol@GLIBC_2.38"),
    });
    expect(report.plan).toMatchObject({
      works: false,
      advice: ["an image with glibc 2.38 or later, or a build of libnet.so.1 on the host made for the image's glibc"],
    });
    expect(report.mounts).toHaveLength(1);
  });

  test("tells of layers between two MPIs", async () => {
    const place = join(folder, "mpi");
    writeScene(otherMpi, place);
    const { plan: none } = await analyze(join(place, "image.tar"), {
      ...{ host: await readHost(join(place, "host")), libraries: [otherMpi.library ?? ""], plan: true },
    });
    expect(none).toMatchObject({ works: false });
    expect(none?.advice.join()).toContain("Wi4MPI");
  });

  test("never holds the C library", async () => {
    const { report } = await plan("libm.so.6", { image: {}, host: {} });
    expect(report.plan).toMatchObject({ works: false, mounts: [] });
  });

  test("leaves what is the same build on both sides", async () => {
    const { report } = await plan("libsame.so.1 libnet.so.1", {
      image: library("libsame.so.1", ["same@SAME"]),
      host: { ...library("libsame.so.1", ["same@SAME"]), ...library("libnet.so.1", ["net@NET"]) },
    });
    expect(names(report)).toEqual(at("libnet.so.1"));
    expect(report.plan?.kept).toEqual([{ soname: "libsame.so.1", why: "the image has the same build of it" }]);
  });

  test("goes into a folder of its own where the image's copies win", async () => {
    const copy = (place: string) =>
      installed(`${place}/libnet.so.1`, { soname: "libnet.so.1", symbols: gives("net@NET"), contents: "old" });
    const { report, proof } = await plan("libnet.so.1", {
      image: {
        ...copy("/opt/app/lib"),
        "/usr/bin/app": program({
          needed: ["libnet.so.1"],
          runpath: "/opt/app/lib",
          symbols: calls("libnet.so.1", "net@NET"),
        }),
      },
      host: library("libnet.so.1", ["net@NET"]),
    });
    expect(report.plan).toMatchObject({ works: true, placement: "first" });
    expect(names(report)).toEqual(["/.containerspec/lib/libnet.so.1"]);
    expect(report.plan?.environment).toMatchObject([{ name: "LD_LIBRARY_PATH", value: "/.containerspec/lib" }]);
    expect(proof?.set?.verdict).toBe("safe");
  });
});

describe("what cannot be planned", () => {
  test("is nothing at all", async () => {
    await expect(plan("", { image: {}, host: {}, libraries: [] })).rejects.toThrow(/nothing was named/);
  });
  test("is a plan beside mounts that the user chose", async () => {
    const host = library("libnet.so.1", ["net@NET"]);
    const mounts = [`${MULTIARCH}/libnet.so.1:/opt/libnet.so.1`];
    await expect(plan("libnet.so.1", { image: {}, host, mounts })).rejects.toThrow(/leave --mount out/);
  });
});

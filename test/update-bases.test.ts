/**
 * Bases of real Debian packages, as OCI layouts with an index that stand behind the answers: what hosts make of newer ones, and what labels
 * their content tells.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openTagSource, readHost, update, type Host, type OpenTagSource, type UpdateOptions } from "../src/index.js";
import { EMPTY_LOCK, renderLock } from "../src/registry/lock.js";
import { createFolder } from "./cli/run-cli.js";
import { emulate, findEmulatorObstacle } from "./match/emulator.js";
import { CPUINFO, writeHost } from "./match/hosts.js";
import { findPackageObstacle, readSystem } from "./scenarios/debian-files.js";
import type { PackageList, Suite, SystemDescription } from "./scenarios/incident.js";
import { writeLayout } from "./support/image-builder.js";
import { ociLayout } from "./support/image-forms.js";
import type { Files } from "./support/story-files.js";
import { toLayer, writeFiles } from "./support/story-image.js";

const SUITES: readonly Suite[] = ["bullseye", "bookworm", "trixie"];
const listOf = (suite: Suite, ...more: readonly string[]): PackageList => ({
  ...{ suite, architecture: "amd64" },
  names: ["libc6", "dash", "base-files", ...more],
});
const systemOf = (suite: Suite, ...more: readonly string[]): SystemDescription => ({
  packages: [listOf(suite, ...more)],
});

const hasCompiler = process.arch === "x64" && spawnSync("gcc", ["--version"]).status === 0;
const obstacle = hasCompiler
  ? findPackageObstacle([...SUITES.map((suite) => listOf(suite)), listOf("bookworm", "libopenmpi3")])
  : "no gcc for x86-64";

const folder = createFolder();

/** A program that gcc links in this way, as the file that an image starts. */
function link(...options: readonly string[]): Files {
  const [source, program] = [join(folder, "app.c"), join(folder, "app")];
  writeFileSync(source, "int main(void) { return 0; }\n");
  const { status, stderr } = spawnSync("gcc", ["-o", program, source, ...options], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { "/usr/bin/app": { bytes: readFileSync(program), mode: 0o755 } };
}

/** Writes a layout with an index of one image and returns its folder. */
async function writeBase(name: string, files: Files, start = "/bin/dash"): Promise<string> {
  const layout = mkdtempSync(join(folder, "layout-"));
  const image = { references: [name], layers: [toLayer(files)], entrypoint: [start] };
  await writeLayout(layout, ociLayout([image], { nested: true }));
  return layout;
}

describe.skipIf(obstacle !== undefined)(
  `bases of Debian${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let hosts: Readonly<Record<"v2" | "v4" | "unknown", Host>>;
    let opened: OpenTagSource;
    const v4 = { files: {} as Files };

    beforeAll(async () => {
      const writeProfile = async (name: string, cpuinfo?: string): Promise<Host> => {
        const described = { system: systemOf("bullseye"), kernel: "5.10.0-28-amd64" };
        return readHost(await writeHost(folder, name, { ...described, ...(cpuinfo === undefined ? {} : { cpuinfo }) }));
      };
      hosts = {
        v2: await writeProfile("v2", CPUINFO.v2),
        v4: await writeProfile("v4", CPUINFO.v4),
        unknown: await writeProfile("unknown"),
      };
      v4.files = link("-Wl,-z,x86-64-v4");
      // What asks for a library of the machine's driver: a stub of that name is enough to link with.
      const stub = join(folder, "libcuda.so");
      spawnSync("gcc", ["-shared", "-Wl,-soname,libcuda.so.1", "-o", stub, "-x", "c", "/dev/null"]);
      const cuda = link("-Wl,--no-as-needed", stub);
      const plain = link();
      const fill = [
        ...(await Promise.all(SUITES.map((suite) => writeBase(`debian:${suite}`, readSystem(systemOf(suite)))))),
        await writeBase("app:1.1", { ...readSystem(systemOf("bookworm")), ...plain }, "/usr/bin/app"),
        await writeBase("app:1.2", { ...readSystem(systemOf("trixie")), ...plain }, "/usr/bin/app"),
        await writeBase("app:1.3", { ...readSystem(systemOf("trixie")), ...v4.files }, "/usr/bin/app"),
        await writeBase("gpu:1.0", { ...readSystem(systemOf("bookworm")), ...plain }, "/usr/bin/app"),
        await writeBase("gpu:1.1", { ...readSystem(systemOf("bookworm")), ...cuda }, "/usr/bin/app"),
        // One tag, as it was and as it is.
        await writeBase("roll:1", { ...readSystem(systemOf("trixie")), ...plain }, "/usr/bin/app"),
        await writeBase("roll:1", { ...readSystem(systemOf("trixie")), ...v4.files }, "/usr/bin/app"),
        await writeBase("mpi:1", readSystem(systemOf("bookworm", "libopenmpi3"))),
      ];
      const lock = join(folder, "images.lock.json");
      const tags = {
        "docker.io/library/debian": ["bookworm", "bullseye", "trixie"],
        "docker.io/library/app": ["1.1", "1.2", "1.3"],
        "docker.io/library/gpu": ["1.0", "1.1"],
        "docker.io/library/mpi": ["1"],
        "docker.io/library/roll": ["1"],
      };
      writeFileSync(lock, renderLock({ ...EMPTY_LOCK, tags }));
      opened = await openTagSource({ lock, fill, environment: {} });
      expect(opened.warnings).toEqual([]);
    }, 300_000);

    async function run(text: string, options: Partial<UpdateOptions> = {}) {
      const file = join(folder, "Dockerfile");
      writeFileSync(file, text);
      const { source, images } = opened;
      const asked = { paths: [file], source, images, labels: false, tags: { step: "major" as const } };
      const [updated] = await update({ ...asked, ...options });
      if (updated === undefined) throw new Error("nothing came back");
      return {
        after: Buffer.from(updated.after)
          .toString()
          .replace(/@sha256:\w+/g, ""),
        text: Buffer.from(updated.after).toString(),
        changes: updated.changes,
        warnings: updated.warnings.map(({ to, host, verdict, before, isHeld, reasons }) => ({
          ...{ to: to.replace(/@.*/, ""), host, verdict, before, isHeld },
          reasons: reasons.map(({ id }) => id),
        })),
      };
    }

    test("a newer Debian brings a newer glibc along: every host bears it, and is told where it is past its own", async () => {
      const guarded = { hosts: { hosts: [hosts.v2, hosts.v4, hosts.unknown] } };
      const { after, warnings } = await run("FROM debian:bullseye\n", guarded);
      expect(after).toBe("FROM debian:trixie\n");
      const raised = { verdict: "runs", before: "runs", isHeld: false, reasons: ["glibc-floor-raised"] };
      expect(warnings).toEqual(
        [hosts.v2, hosts.v4, hosts.unknown].map(({ source }) => ({ to: "debian:trixie", host: source, ...raised })),
      );
      // Bookworm's was past it already: that is no news.
      expect((await run("FROM debian:bookworm\n", guarded)).warnings).toEqual([]);
    });

    test("what was linked for a better CPU is left out for the newest that runs, and unknown where the CPU is", async () => {
      const ask = (host: Host) => run("FROM app:1.1\n", { hosts: { hosts: [host] } });
      expect(await ask(hosts.v4)).toMatchObject({ after: "FROM app:1.3\n", warnings: [] });
      const [onOld, onUnknown] = [await ask(hosts.v2), await ask(hosts.unknown)];
      expect(onOld.after).toBe("FROM app:1.2\n");
      expect(onOld.warnings).toEqual([
        {
          ...{ to: "app:1.3", host: hosts.v2.source, verdict: "will-not-run", before: "runs", isHeld: true },
          reasons: ["isa-too-low"],
        },
      ]);
      expect(onUnknown.after).toBe("FROM app:1.3\n");
      expect(onUnknown.warnings).toMatchObject([{ verdict: "unknown", before: "runs", isHeld: false }]);
    });

    const emulatorObstacle = findEmulatorObstacle();
    test.skipIf(emulatorObstacle !== undefined)(
      `and the real loader refuses it there${emulatorObstacle === undefined ? "" : ` (skipped: ${emulatorObstacle})`}`,
      () => {
        const root = join(folder, "root");
        writeFiles(root, { ...readSystem(systemOf("trixie")), ...v4.files });
        const { status, stderr } = emulate("x86_64", root, ["usr/bin/app"], { cpu: "Nehalem" });
        expect([status, stderr]).toEqual([127, expect.stringContaining("CPU ISA level is lower than required")]);
        expect(emulate("x86_64", root, ["usr/bin/dash", "-c", "true"], { cpu: "Nehalem" }).status).toBe(0);
      },
    );

    test("a tag that moves is held back like a newer one, and its digest stays", async () => {
      const [was, is] = opened.images
        .filter(({ name }) => name === "docker.io/library/roll:1")
        .map(({ digest }) => digest);
      const text = `FROM roll:1@${was ?? ""}\n`;
      const ask = (host: Host) => run(text, { tags: { step: "patch" }, hosts: { hosts: [host] } });
      const onOld = await ask(hosts.v2);
      expect([onOld.text, onOld.changes]).toEqual([text, []]);
      expect(onOld.warnings).toMatchObject([{ to: "roll:1", before: "runs", isHeld: true, reasons: ["isa-too-low"] }]);
      expect(await ask(hosts.v4)).toMatchObject({ text: `FROM roll:1@${is ?? ""}\n`, warnings: [] });
    });

    test("a library of the machine that the newer one needs, and the host has not", async () => {
      const { after, warnings } = await run("FROM gpu:1.0\n", { hosts: { hosts: [hosts.v4] } });
      expect(after).toBe("FROM gpu:1.0\n");
      expect(warnings).toMatchObject([{ to: "gpu:1.1", before: "runs", isHeld: true, reasons: ["driver-missing"] }]);
      const despite = await run("FROM gpu:1.0\n", { hosts: { hosts: [hosts.v4], despite: true } });
      expect(despite.after).toBe("FROM gpu:1.1\n");
      expect(despite.warnings).toMatchObject([{ isHeld: false, verdict: "will-not-run" }]);
    });

    describe("labels", () => {
      const labelled = (text: string, options: Partial<UpdateOptions> = {}) => run(text, { labels: true, ...options });
      const content = (text: string): readonly string[] =>
        text.split("\n").filter((line) => line.includes("org.supercontainers."));

      test("of what a release is, whatever is installed on it; and they follow the base", async () => {
        const once = await labelled("FROM debian:bookworm AS b\nRUN make\nFROM debian:bullseye\nRUN make install\n");
        expect(once.text).toContain("AS b\nLABEL org.opencontainers");
        expect(content(once.text)).toEqual([
          "LABEL org.supercontainers.glibc=2.41",
          'LABEL org.supercontainers.os.name="Debian GNU/Linux"',
          "LABEL org.supercontainers.os.vendor=debian",
          "LABEL org.supercontainers.os.version=13",
        ]);
        expect(await labelled(once.text)).toMatchObject({ text: once.text, changes: [] });
        const stale = once.text.replace("glibc=2.41", "glibc=2.36").replace("os.version=13", "os.version=13.1");
        expect(content((await labelled(stale)).text)).toEqual([
          "LABEL org.supercontainers.glibc=2.41",
          'LABEL org.supercontainers.os.name="Debian GNU/Linux"',
          "LABEL org.supercontainers.os.vendor=debian",
          "LABEL org.supercontainers.os.version=13.1",
        ]);
      });

      test("of what is in it, where no step changes that; and what is false goes", async () => {
        const text = "FROM mpi:1\nLABEL org.supercontainers.gpu=cuda org.supercontainers.mpi=MPICH\nUSER nobody\n";
        const { text: after, changes } = await labelled(text);
        expect(content(after)).toContain("LABEL org.supercontainers.mpi=openmpi");
        expect(content(after)).toContain("LABEL org.supercontainers.openmpi.version=4.1.4");
        expect(after).not.toContain("cuda");
        expect(changes).toContainEqual({ line: 2, from: "org.supercontainers.gpu=cuda", to: "", kind: "label" });
        // What RUN installs nobody knows here.
        const open = content((await labelled(`${text}RUN make install\n`)).text);
        expect(open).toContain("LABEL org.supercontainers.gpu=cuda org.supercontainers.mpi=MPICH");
        expect(open).toHaveLength(5);
      });

      test("in the stage that the last one is built on, and nowhere without a digest or where they are not wanted", async () => {
        const chained = (await labelled("FROM debian:trixie AS base\nFROM base\nRUN make\n")).text;
        expect(chained.indexOf("org.supercontainers.glibc")).toBeLessThan(chained.indexOf("FROM base"));
        expect(content(chained)).toHaveLength(4);
        expect(content((await labelled("FROM debian:trixie\n", { digests: false })).text)).toEqual([]);
        expect(content((await labelled("FROM debian:trixie\n", { contentLabels: false })).text)).toEqual([]);
        expect(
          content((await labelled("ARG G=1\nFROM debian:trixie\nLABEL org.supercontainers.glibc=$G\n")).text),
        ).toContain("LABEL org.supercontainers.glibc=$G");
      });
    });
  },
);

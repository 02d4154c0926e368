/** What small images tell of themselves, where they do not, and how labels are written for tools. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labels, type LabelReport } from "../../src/index.js";
import { renderAnnotations, renderDockerfile, renderFlags } from "../../src/reporters/labels-lines.js";
import { renderLabelChecks, renderLabels } from "../../src/reporters/labels-text.js";
import { createFolder, runCli } from "../cli/run-cli.js";
import { packArchive } from "../support/image-builder.js";
import { hasTool, run } from "../support/image-disk.js";
import { dockerArchive } from "../support/image-forms.js";
import { gives, installed, program, type Files } from "../support/story-files.js";
import { toImageTar, toLayer } from "../support/story-image.js";
import { alpine, debian12, MULTIARCH } from "../support/story-systems.js";

const MPI = "org.supercontainers.mpi";
const GLIBC = "org.supercontainers.glibc";
const TARGET = "io.archspec.cpu.target";
const folder = createFolder();

function write(files: Files, own: Readonly<Record<string, string>> = {}): string {
  const image = join(folder, "app.tar");
  writeFileSync(image, packArchive(dockerArchive([{ references: ["app:1"], layers: [toLayer(files)], labels: own }])));
  return image;
}

const app = { "/usr/bin/app": program({}) };
const mpich = installed(`${MULTIARCH}/libmpi.so.12.1.8`, {
  soname: "libmpi.so.12",
  symbols: gives("MPI_Init", "PMPI_Init"),
  readOnly: "\x00MPICH Version:\x00",
});

async function derive(files: Files): Promise<Readonly<Record<string, string>>> {
  const report = await labels(write(files));
  return Object.fromEntries(report.labels.map(({ key, value }) => [key, value]));
}

async function check(files: Files, own: Readonly<Record<string, string>>) {
  const { checks } = await labels(write(files, own));
  return Object.fromEntries(checks.map(({ key, verdict }) => [key, verdict]));
}

describe("derived", () => {
  test("programs that ask for an MPI of the machine need its ABI, and nothing is known of a release", async () => {
    const found = await derive(debian12({ "/usr/bin/app": program({ needed: ["libmpi.so.12"] }) }));
    expect(found[MPI]).toBe("mpich");
    expect(Object.keys(found).filter((key) => key.startsWith(`${MPI}.`))).toEqual([]);
  });

  test("of two MPIs the one that programs load", async () => {
    const openMpi = installed(`${MULTIARCH}/libmpi.so.40.30.4`, {
      soname: "libmpi.so.40",
      symbols: gives("MPI_Init", "PMPI_Init", "ompi_mpi_init", "ompi_mpi_comm_world"),
    });
    const both = { ...mpich, ...openMpi };
    const { undecided } = await labels(write(debian12({ ...both, ...app })));
    expect(undecided).toContainEqual({ key: MPI, reason: "it has Open MPI and MPICH" });
    const used = await derive(debian12({ ...both, "/usr/bin/app": program({ needed: ["libmpi.so.12"] }) }));
    expect(used[MPI]).toBe("mpich");
  });

  test("a name that stands in a file as text is no need", async () => {
    const files = { "/usr/bin/app": program({ readOnly: "\0libcuda.so.1\0" }) };
    expect(await derive(debian12(files))).not.toHaveProperty("org.supercontainers.gpu");
    const needed = { "/usr/bin/app": program({ needed: ["libcuda.so.1"] }) };
    expect(await derive(debian12(needed))).toMatchObject({
      "org.supercontainers.gpu": "cuda",
      "org.supercontainers.hardware.gpu.enabled": "true",
    });
  });

  test("nothing, where a layer could not be read", async () => {
    const image = join(folder, "encrypted.tar");
    writeFileSync(image, toImageTar({ layers: [debian12(app), { "/usr/bin/more": program({}) }], encrypted: 1 }));
    const report = await labels(image);
    expect(report.labels).toEqual([]);
    expect(report.undecided).toContainEqual({ key: GLIBC, reason: "a layer of it could not be read" });
  });
});

describe("checked", () => {
  test("spelling and precision differ between tools", async () => {
    const own = { [GLIBC]: "2.36.0-9+deb12u10", [MPI]: "MPICH", "io.archspec.cpu.family": "amd64" };
    expect(await check(debian12({ ...mpich, ...app }), own)).toEqual({
      [GLIBC]: "true",
      [MPI]: "true",
      "io.archspec.cpu.family": "true",
    });
  });

  test("what is not there is untrue, unless a static program may have it inside", async () => {
    expect(await check(debian12(app), { [MPI]: "openmpi" })).toEqual({ [MPI]: "untrue" });
    const tool: Files[string] = { elf: { type: "exec", dynamic: false }, mode: 0o755 };
    const within = { ...app, "/usr/bin/whole": tool };
    expect(await check(debian12(within), { [MPI]: "openmpi" })).toEqual({ [MPI]: "unknown" });
    expect(await check(debian12({ ...app, "/usr/sbin/ldconfig": tool }), { [MPI]: "openmpi" })).toEqual({
      [MPI]: "untrue",
    });
  });

  test("musl is no glibc", async () => {
    expect(await check(alpine(app), { [GLIBC]: "2.36" })).toEqual({ [GLIBC]: "untrue" });
  });

  test("a target that has less than its files ask for is untrue; one that has more may be", async () => {
    const files = debian12({
      "/usr/bin/app": program({ notes: { properties: [{ type: 0xc0008002, value: 4 }] } }),
    });
    expect(await check(files, { [TARGET]: "x86_64_v2" })).toEqual({ [TARGET]: "untrue" });
    expect(await check(files, { [TARGET]: "x86_64_v3" })).toEqual({ [TARGET]: "true" });
    expect(await check(files, { [TARGET]: "zen4" })).toEqual({ [TARGET]: "unknown" });
    expect(await check(files, { [TARGET]: "neoverse_v1" })).toEqual({ [TARGET]: "untrue" });
    expect(await check(files, { [TARGET]: "no-such-cpu" })).toEqual({ [TARGET]: "unknown" });
  });

  test("a label that says itself that it does not know, and labels of others", async () => {
    expect(await check(debian12(app), { [GLIBC]: "unknown", maker: "somebody" })).toEqual({ [GLIBC]: "unknown" });
  });
});

describe("the command", () => {
  test("exit codes: 0 for labels that are true or unknown, 1 for one that is not", () => {
    const image = write(debian12(app), { [GLIBC]: "2.36" });
    expect(runCli(["labels", image, "--check"])).toMatchObject({ status: 0, stderr: "" });
    const json = runCli(["labels", write(debian12(app), { [GLIBC]: "2.31" }), "--check", "--format", "json"]);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      checks: [{ key: GLIBC, value: "2.31", derived: "2.36", verdict: "untrue" }],
    });
    expect(runCli(["labels", image, "--check", "--format", "flags"])).toMatchObject({ status: 2 });
  });

  test("names of hostile images cannot steer a terminal", async () => {
    const report = await labels(write(debian12(app), { [GLIBC]: "2\x1b[2J" }));
    for (const text of [renderLabels(report, TERMINAL), renderLabelChecks(report, TERMINAL)])
      expect(text).not.toContain("\x1b");
  });
});

const TERMINAL = { width: 80, color: false };
const HARD: LabelReport = {
  source: "app.tar",
  undecided: [],
  checks: [],
  labels: [
    { key: "a.b", value: 'quote " backslash \\ dollar $HOME ${x} `back` end\\', evidence: [] },
    { key: "c.d", value: "it's #5 & <6>; *", evidence: [] },
    { key: "e.f", value: "", evidence: [] },
  ],
};
const HARD_VALUES = Object.fromEntries(HARD.labels.map(({ key, value }) => [key, value]));

test("flags: a shell reads back what was meant", () => {
  const words = run("sh", [
    "-c",
    `for word in ${renderFlags(HARD).replaceAll("\n", " ")}; do printf '%s\\n' "$word"; done`,
  ]);
  expect(words.trimEnd().split("\n")).toEqual(
    Object.entries(HARD_VALUES).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
  );
  expect(JSON.parse(renderAnnotations(HARD))).toEqual({ $manifest: HARD_VALUES });
});

const canBuild = process.getuid?.() === 0 && hasTool("buildah");
test.skipIf(!canBuild)(
  `LABEL lines: buildah reads back what was meant${canBuild ? "" : " (skipped: needs root and buildah)"}`,
  () => {
    const store = join(folder, "store");
    writeFileSync(join(folder, "Dockerfile"), `FROM scratch\n${renderDockerfile(HARD)}`);
    const buildah = (...args: readonly string[]): string =>
      run("env", ["STORAGE_DRIVER=vfs", "buildah", "--root", store, "--runroot", `${store}-run`, ...args], {
        cwd: folder,
      });
    buildah("build", "-q", "--isolation", "chroot", "-t", "localhost/labels", ".");
    const { OCIv1 } = JSON.parse(buildah("inspect", "--type", "image", "localhost/labels")) as {
      OCIv1: { config: { Labels: Record<string, string> } };
    };
    const own = Object.entries(OCIv1.config.Labels).filter(([key]) => key in HARD_VALUES);
    expect(Object.fromEntries(own)).toEqual(HARD_VALUES);
  },
);

/**
 * The files of a grid at work: buildah builds the Dockerfile without any network, on a base whose package manager writes down what it is
 * asked for; and the shell that Apptainer would start runs what stands in the definition file.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGrid } from "../../src/grid/parse-grid.js";
import { toDefinition } from "../../src/grid/to-definition.js";
import { toDockerfile } from "../../src/grid/to-dockerfile.js";
import { createFolder } from "../cli/run-cli.js";
import { hasTool, run } from "../support/image-disk.js";

const GRID = `name: app
bases:
  base: { from: localhost/base, manager: apt, packages: [make], run: [echo base >> /order] }
mpi:
  openmpi: { packages: { apt: [libopenmpi-dev, make] }, run: [echo mpi >> /order] }
packages: { apt: [g++] }
env: { WORDS: 'a "b" \\ it''s', PATH: /opt/bin:$PATH }
copy: [{ from: src, to: /src }]
run: [cat /src/word >> /order, 'echo "$WORDS" > /words']
labels: { org.example.what: 'a "test"' }
entrypoint: [cat, /words]
`;
const [recipe] = parseGrid(GRID, "grid.yaml").recipes;
const definition = recipe === undefined ? "" : toDefinition(recipe, "grid.yaml");
/** the lines of one section */
const section = (name: string): string => new RegExp(`\n%${name}\n((?:    .*\n)*)`).exec(definition)?.[1] ?? "";

describe("the definition file", () => {
  const { PATH = "" } = process.env;

  test("sets the variables that the Dockerfile sets", () => {
    const { stdout } = spawnSync("sh", ["-c", `${section("environment")}printf '%s\\n' "$WORDS" "$PATH"`], {
      encoding: "utf8",
    });
    expect(stdout).toBe(`a "b" \\ it's\n/opt/bin:${PATH}\n`);
  });

  test("is a script that a shell can read, which ends where a command fails", () => {
    expect(spawnSync("sh", ["-n", "-c", section("post")]).status).toBe(0);
    const failing = section("post").replace(/^ *apt-get.*$/m, "    false");
    expect(spawnSync("sh", ["-c", failing]).status).toBe(1);
  });
});

const obstacle =
  process.getuid?.() !== 0
    ? "root mounts"
    : ["buildah", "ldd"].every((tool) => hasTool(tool))
      ? undefined
      : "no buildah";

describe.skipIf(obstacle !== undefined)(
  `the Dockerfile${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    const cwd = createFolder();
    const store = join(cwd, "store");
    const buildah = (...args: readonly string[]): string =>
      run("env", ["STORAGE_DRIVER=vfs", "buildah", "--root", store, "--runroot", join(cwd, "runroot"), ...args]).trim();
    afterAll(() => {
      buildah("umount", "--all");
      rmSync(store, { recursive: true, force: true });
    });
    let container = "";
    let root = "";

    beforeAll(() => {
      createBase(buildah);
      mkdirSync(join(cwd, "context/src"), { recursive: true });
      writeFileSync(join(cwd, "context/src/word"), "copied\n");
      writeFileSync(join(cwd, "Dockerfile"), recipe === undefined ? "" : toDockerfile(recipe, "grid.yaml"));
      const words = ["--isolation", "chroot", "--pull-never", "-f", join(cwd, "Dockerfile"), "-t", "localhost/app"];
      buildah("build", ...words, join(cwd, "context"));
      container = buildah("from", "--pull-never", "localhost/app");
      root = buildah("mount", container);
    }, 120_000);

    test("installs each package once, and keeps no lists", () => {
      expect(readFileSync(join(root, "asked"), "utf8")).toBe(
        "update\ninstall -y --no-install-recommends g++ make libopenmpi-dev\n",
      );
      expect(spawnSync("test", ["-e", join(root, "var/lib/apt/lists/some")]).status).toBe(1);
    });

    test("runs what the base, the MPI and the grid say, in this order, with files and variables there", () => {
      expect(readFileSync(join(root, "order"), "utf8")).toBe("base\nmpi\ncopied\n");
      expect(readFileSync(join(root, "words"), "utf8")).toBe(`a "b" \\ it's\n`);
    });

    test("tells what it starts, its variables and its labels", () => {
      const { OCIv1 } = JSON.parse(buildah("inspect", container)) as { OCIv1: { config: Record<string, unknown> } };
      expect(OCIv1.config).toMatchObject({
        Entrypoint: ["cat", "/words"],
        Env: expect.arrayContaining(["PATH=/opt/bin:/usr/bin:/bin", `WORDS=a "b" \\ it's`]) as unknown,
        Labels: { "org.example.what": 'a "test"' },
      });
    });
  },
);

/** An image with a shell, and a package manager that only writes down what it is asked for. */
function createBase(buildah: (...args: readonly string[]) => string): void {
  const container = buildah("from", "scratch");
  const root = buildah("mount", container);
  const put = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  for (const name of ["sh", "cat", "rm"]) {
    const program = realpathSync(run("sh", ["-c", `command -v ${name}`]).trim());
    const libraries = [...run("ldd", [program]).matchAll(/\/[^ ]+/g)].map(([path]) => path);
    for (const file of libraries) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      cpSync(file, join(root, file), { dereference: true });
    }
    mkdirSync(join(root, "bin"), { recursive: true });
    cpSync(program, join(root, "bin", name));
  }
  put("usr/bin/apt-get", '#!/bin/sh\necho "$@" >> /asked\necho x > /var/lib/apt/lists/some\n', 0o755);
  put("var/lib/apt/lists/.keep", "", 0o644);
  buildah("umount", container);
  buildah("config", "--env", "PATH=/usr/bin:/bin", container);
  buildah("commit", "-q", container, "localhost/base");
}

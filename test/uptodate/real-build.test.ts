/** The rows of a matrix at work: the step that docs/uptodate.md shows runs each of them, with buildah in docker's place. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listBuilds } from "../../src/list-builds.js";
import { renderMatrix, toMatrixRows } from "../../src/reporters/update-matrix.js";
import { hasTool, run } from "../support/image-disk.js";
import { createListedSource, writeFolder } from "./folders.js";

const STEP = /^ +run: (.*\$PREFIX.*)$/m.exec(
  readFileSync(join(import.meta.dirname, "../../docs/uptodate.md"), "utf8"),
)?.[1];
const obstacle = process.getuid?.() !== 0 ? "root builds" : hasTool("buildah") ? undefined : "no buildah";

interface Row {
  readonly context: string;
  readonly command_prefix: string;
  readonly container_name: string;
}

test.skipIf(obstacle !== undefined)(
  `every row becomes an image of its name, with its values${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  { timeout: 60_000 },
  async () => {
    const folder = writeFolder({
      "app/uptodate.yaml":
        'dockerbuild: { build_args: { spec: { versions: ["+mpi~cuda", "@1.2,x=y%gcc"] }, release: { type: container, name: ubuntu, key: ubuntu } } }\n',
      "app/Dockerfile": "ARG release\nFROM scratch\nARG release\nARG spec\nLABEL release=$release spec=$spec\n",
      "other/uptodate.yaml": "dockerbuild: { build_args: { spec: { versions: [1] } } }\n",
      "other/Dockerfile.my file": "FROM scratch\nARG spec\nLABEL release=none spec=$spec\n",
    });
    const source = createListedSource({ "docker.io/library/ubuntu": ["22.04", "24.04"] });
    const builds = await listBuilds({ paths: [folder], source });
    mkdirSync(join(folder, "bin"));
    const store = ["--storage-driver", "vfs", "--root", join(folder, "root"), "--runroot", join(folder, "runroot")];
    writeFileSync(join(folder, "bin/docker"), `#!/bin/sh\nexec buildah ${store.join(" ")} "$@"\n`, { mode: 0o755 });
    const rows = JSON.parse(renderMatrix(toMatrixRows([], builds))) as readonly Row[];
    expect(rows).toHaveLength(5);
    for (const { context, command_prefix: PREFIX, container_name: NAME } of rows) {
      const { status, stderr } = spawnSync("bash", ["-e", "-c", STEP ?? "false"], {
        cwd: context,
        encoding: "utf8",
        env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, HOME: folder, PREFIX, NAME },
      });
      expect(status, stderr).toBe(0);
    }
    const told = builds.map(({ containerName }) => {
      const labels = ["release", "spec"].map((key) => `{{index .OCIv1.Config.Labels "${key}"}}`).join(" ");
      return run("buildah", [...store, "inspect", "--format", labels, containerName]).trim();
    });
    expect(told).toEqual(builds.map(({ args }) => `${args.get("release") ?? "none"} ${args.get("spec") ?? ""}`));
  },
);

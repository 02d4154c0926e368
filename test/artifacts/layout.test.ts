/** A layout of artifacts: skopeo copies it to another layout and to Debian's docker-registry, digest by digest, and match reads the copy. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { packImage, packRoot, writeRoot } from "../cli/root-files.js";
import { createFolder, runCli } from "../cli/run-cli.js";
import { HOST, IMAGE } from "../cli/verdict-roots.js";
import { writeLayout } from "../support/image-builder.js";
import { ociLayout } from "../support/image-forms.js";
import { hasTool } from "../support/image-disk.js";
import { hasRegistry, startRegistry, WITHOUT_REGISTRY } from "../support/registry-server.js";

const cwd = createFolder();
const hasSkopeo = hasTool("skopeo");
const readIndex = (layout: string) =>
  JSON.parse(readFileSync(join(cwd, layout, "index.json"), "utf8")) as {
    manifests: { digest: string; artifactType: string }[];
  };
const readBlob = (layout: string, digest: string): unknown =>
  JSON.parse(readFileSync(join(cwd, layout, "blobs", digest.replace(":", "/")), "utf8"));

beforeAll(async () => {
  writeRoot(join(cwd, "host"), HOST);
  mkdirSync(join(cwd, "app"));
  await writeLayout(join(cwd, "app"), ociLayout([{ layers: [packRoot(IMAGE)], references: ["app"] }]));
  const { status, stderr } = runCli(
    ["artifact", "app", "--format", "nfd", "--format", "compspec", "--layout", "artifacts"],
    { cwd },
  );
  expect([status, stderr]).toEqual([0, ""]);
});

test("names the image's manifest as its subject, and has the empty config", () => {
  const { manifests } = readIndex("artifacts");
  const [image] = readIndex("app").manifests;
  expect(manifests.map(({ artifactType }) => artifactType)).toEqual([
    "application/vnd.nfd.image-compatibility.v1alpha1",
    "application/org.compspec",
  ]);
  for (const { digest, artifactType } of manifests) {
    expect(readBlob("artifacts", digest)).toMatchObject({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType,
      config: { mediaType: "application/vnd.oci.empty.v1+json", size: 2 },
      subject: { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: image?.digest },
    });
  }
});

test("stands in the place of the image, and names it", () => {
  const { stdout } = runCli(["match", "app", "artifacts", "--host", "host", "--format", "json"], { cwd });
  const schema = JSON.parse(readFileSync(new URL("../../docs/match.schema.json", import.meta.url), "utf8")) as object;
  const check = new Ajv2020({ strictTypes: false }).compile(schema);
  check(JSON.parse(stdout));
  expect(check.errors).toBeNull();
  const { images, cells } = JSON.parse(stdout) as { images: unknown[]; cells: { verdict: string }[] };
  expect(images).toMatchObject([
    { source: "app" },
    { source: "artifacts", artifact: "compspec", digest: readIndex("app").manifests[0]?.digest },
  ]);
  // Nothing is known of what the image starts but that it refuses to: the artifact says so, too.
  expect(cells.map(({ verdict }) => verdict)).toEqual(["will-not-run", "will-not-run"]);
});

test("a blob that is not what its name says is refused", () => {
  spawnSync("cp", ["-r", "artifacts", "changed"], { cwd });
  const { digest } = readIndex("changed").manifests[0] as { digest: string };
  const { layers } = readBlob("changed", digest) as { layers: { digest: string }[] };
  writeFileSync(join(cwd, "changed/blobs", (layers[0]?.digest ?? "").replace(":", "/")), "version: v1alpha1\n");
  const { status, stdout, stderr } = runCli(["match", "changed", "--host", "host"], { cwd });
  expect([status, stdout]).toEqual([3, ""]);
  expect(stderr).toContain("Cannot trust a blob of changed");
});

test("a folder that is not empty is left alone, and a docker archive has no digest to name", () => {
  const again = runCli(["artifact", "app", "--layout", "artifacts"], { cwd });
  expect([again.status, again.stderr]).toEqual([
    2,
    "containerspec: Cannot write the layout artifacts: it is not empty; name a new folder\n",
  ]);
  writeFileSync(join(cwd, "docker.tar"), packImage(IMAGE));
  const docker = runCli(["artifact", "docker.tar", "--layout", "x"], { cwd });
  expect([docker.status, docker.stdout]).toEqual([2, ""]);
  expect(docker.stderr).toContain("Cannot write an artifact layout for docker.tar: it has no manifest");
});

describe.skipIf(!hasSkopeo)(`copied by skopeo${hasSkopeo ? "" : " (skipped: no skopeo)"}`, () => {
  test("to another layout, unchanged", () => {
    const { status } = spawnSync("skopeo", ["copy", "--quiet", "oci:artifacts:compspec", "oci:copied:compspec"], {
      cwd,
    });
    expect(status).toBe(0);
    expect(readIndex("copied").manifests[0]?.digest).toBe(readIndex("artifacts").manifests[1]?.digest);
    const { stdout } = runCli(["match", "copied", "--host", "host", "--format", "json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ images: [{ artifact: "compspec" }], summary: { "will-not-run": 1 } });
  });
});

describe.skipIf(!hasRegistry)(`in a registry${WITHOUT_REGISTRY}`, () => {
  test("and back, with the digests that it had", async () => {
    const registry = await startRegistry();
    await registry.push(join(cwd, "artifacts"), "nfd", "team/app:nfd");
    const from = `docker://${registry.host}/team/app:nfd`;
    const words = ["copy", "--quiet", "--preserve-digests", "--src-tls-verify=false", from, "oci:pulled:nfd"];
    expect(spawnSync("skopeo", words, { cwd, encoding: "utf8" }).stderr).toBe("");
    expect(readIndex("pulled").manifests[0]?.digest).toBe(readIndex("artifacts").manifests[0]?.digest);
    expect(readdirSync(join(cwd, "pulled/blobs/sha256"))).toHaveLength(3);
    const { stdout } = runCli(["match", "pulled", "--host", "host", "--format", "json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ images: [{ artifact: "nfd" }], summary: { unknown: 1 } });
  }, 60_000);
});

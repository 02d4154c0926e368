/**
 * A root filesystem as image tarballs: made by umoci and skopeo, as a user's own would be. One layer with everything, and a second,
 * small one on top.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CACHE, run } from "./archive.mjs";

/**
 * @param {string} name names the files
 * @param {string} root the folder of the root filesystem
 * @returns {{ docker: string, gzip: string, zstd: string }} tarballs: docker save with plain layers, OCI with gzip and with zstd layers
 */
export function makeImages(name, root) {
  const folder = join(CACHE, "images", name);
  const files = {
    docker: join(folder, "docker.tar"),
    gzip: join(folder, "oci-gzip.tar"),
    zstd: join(folder, "oci-zstd.tar"),
  };
  if (Object.values(files).every((file) => existsSync(file))) return files;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "containerspec-image-"));
  try {
    const layout = join(work, "layout");
    const tag = `${layout}:latest`;
    run("tar", [
      "--numeric-owner",
      "--one-file-system",
      "--exclude=./proc/*",
      "--exclude=./dev/*",
      "-C",
      root,
      "-cf",
      join(work, "base.tar"),
      ".",
    ]);
    mkdirSync(join(work, "top/etc"), { recursive: true });
    writeFileSync(join(work, "top/etc/motd"), "A second layer.\n");
    run("tar", ["--numeric-owner", "-C", join(work, "top"), "-cf", join(work, "top.tar"), "etc/motd"]);
    run("umoci", ["init", "--layout", layout]);
    run("umoci", ["new", "--image", tag]);
    run("umoci", ["config", "--image", tag, "--os", "linux", "--architecture", "amd64"]);
    for (const layer of ["base", "top"]) run("umoci", ["raw", "add-layer", "--image", tag, join(work, `${layer}.tar`)]);
    const copy = (args) => run("skopeo", ["--insecure-policy", "copy", "--quiet", ...args]);
    copy([`oci:${tag}`, `docker-archive:${files.docker}:example/${name}:latest`]);
    copy([`oci:${tag}`, `oci-archive:${files.gzip}:latest`]);
    copy(
      [
        "--dest-compress-format=zstd",
        "--dest-force-compress-format",
        `oci:${tag}`,
        `oci-archive:${files.zstd}:latest`,
      ].filter(supportedBySkopeo),
    );
    return files;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** skopeo before 1.14 has no --dest-force-compress-format: there a changed format is enough to compress again. */
function supportedBySkopeo(option) {
  return (
    option !== "--dest-force-compress-format" ||
    run("skopeo", ["copy", "--help"]).includes("--dest-force-compress-format")
  );
}

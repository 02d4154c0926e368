/**
 * Two file systems in turn at one place, in which a file has the same device, inode, size and times, and another content: what was
 * learned of the first is not told of the second.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeHost, openCache, type HostProfile } from "../../src/index.js";
import { ageFiles, writeRoot } from "../cli/root-files.js";
import { BARE } from "../cli/verdict-roots.js";
import { buildElf } from "../support/elf-builder.js";
import { hasTool, run } from "../support/image-disk.js";
import { canMount, HAS_SQUASHFS_TOOLS, makeSquashfs } from "../support/squashfs.js";

const LIBRARY = "usr/lib/x86_64-linux-gnu/libx.so.1";
const folder = mkdtempSync(join(tmpdir(), "containerspec-times-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [place, below] = [join(folder, "place"), join(folder, "below")];
for (const path of [place, below]) mkdirSync(path);
const cache = openCache(join(folder, "cache"));

const roots = ["one_x", "two_x"].map((symbol) => {
  const root = writeRoot(join(folder, symbol), {
    ...BARE,
    [LIBRARY]: buildElf({ soname: "libx.so.1", symbols: [{ name: symbol }] }),
  });
  ageFiles(root);
  return { root, symbol, image: join(folder, `${symbol}.image`) };
});

/**
 * The mounted file system is told as what it is, with the cache as without.
 *
 * @returns what identifies its library, but for the device: a loop device has the number that is free
 */
async function expectTold(symbol: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = statSync(join(place, LIBRARY), { bigint: true });
  const told = await describeHost(place, { cache });
  expect(told).toEqual(await describeHost(place));
  expect(JSON.stringify(findLibrary(told))).toContain(symbol);
  return [ino, size, mtimeNs, ctimeNs].join(" ");
}

function findLibrary({ files }: HostProfile): unknown {
  return files.find(({ paths }) => paths.includes(`/${LIBRARY}`));
}

const isPossible = canMount() && HAS_SQUASHFS_TOOLS;

test.skipIf(!isPossible)(
  "squashfs (needs root, mksquashfs, and a kernel that mounts squashfs from a loop device)",
  async () => {
    const identities = new Set<string>();
    for (const { root, image, symbol } of roots) {
      makeSquashfs(root, image, ["-all-time", "0", "-mkfs-time", "0", "-all-root"]);
      run("mount", ["-t", "squashfs", "-o", "loop,ro", image, place]);
      try {
        identities.add(await expectTold(symbol));
      } finally {
        run("umount", [place]);
      }
    }
    expect(identities.size).toBe(1);
  },
);

test.skipIf(!isPossible)("overlayfs over squashfs (needs the same)", async () => {
  for (const { root, image, symbol } of roots) {
    makeSquashfs(root, image, ["-all-time", "0", "-mkfs-time", "0", "-all-root"]);
    run("mount", ["-t", "squashfs", "-o", "loop,ro", image, below]);
    try {
      run("mount", ["-t", "overlay", "-o", `lowerdir=${below}:${folder}`, "overlay", place]);
      try {
        await expectTold(symbol);
      } finally {
        run("umount", [place]);
      }
    } finally {
      run("umount", [below]);
    }
  }
});

const hasExt4 = canMount() && hasTool("mke2fs", "-V") && hasTool("debugfs", "-V");

test.skipIf(!hasExt4)("ext4 whose times a tool wrote (needs root, mke2fs and debugfs, and a loop device)", async () => {
  const identities = new Set<string>();
  for (const { root, image, symbol } of roots) {
    writeFileSync(image, "");
    const uuid = "11111111-1111-1111-1111-111111111111";
    run("mke2fs", ["-q", "-F", "-t", "ext4", "-U", uuid, "-E", `hash_seed=${uuid}`, "-d", root, image, "8M"]);
    for (const field of ["ctime 20200101", "ctime_extra 0", "mtime 20190101", "mtime_extra 0"])
      run("debugfs", ["-w", "-R", `set_inode_field /${LIBRARY} ${field}`, image]);
    run("mount", ["-t", "ext4", "-o", "loop,ro", image, place]);
    try {
      identities.add(await expectTold(symbol));
    } finally {
      run("umount", [place]);
    }
  }
  expect(identities.size).toBe(1);
});

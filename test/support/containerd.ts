/** A containerd of one's own, that unpacks images for overlayfs and mounts them. Needs root, containerd and ctr. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { writeLayout } from "./image-builder.js";
import { listFolder, run } from "./image-disk.js";
import { ociLayout } from "./image-forms.js";

export interface Containerd {
  /** The tree of an image that has these layers, base first; or why it does not take them. */
  show(layers: readonly Uint8Array[]): Promise<readonly string[] | { readonly refused: string }>;
  stop(): void;
}

/** Starts it in an empty folder. @throws Error where it does not come up */
export async function startContainerd(folder: string): Promise<Containerd> {
  const socket = join(folder, "socket");
  await writeFile(
    join(folder, "config.toml"),
    [
      "version = 2",
      `root = "${folder}/root"`,
      `state = "${folder}/state"`,
      `disabled_plugins = ["io.containerd.grpc.v1.cri"]`,
      "[grpc]",
      `address = "${socket}"`,
      "[ttrpc]",
      `address = "${socket}.ttrpc"`,
    ].join("\n"),
  );
  const daemon = spawn("containerd", ["-c", join(folder, "config.toml")], { stdio: "ignore" });
  for (let tries = 0; !existsSync(socket); tries += 1) {
    if (tries === 100) throw new Error("containerd does not start");
    await setTimeout(100);
  }
  let images = 0;

  /** Runs ctr. @returns what it complained of, or undefined */
  function ask(...args: readonly string[]): string | undefined {
    const { status, stderr } = spawnSync("ctr", ["-a", socket, ...args], { encoding: "utf8" });
    return status === 0 ? undefined : stderr;
  }

  return {
    async show(layers) {
      images += 1;
      const name = `local/image:${images}`;
      const home = join(folder, `image-${images}`);
      await writeLayout(join(home, "layout"), ociLayout([{ references: ["v1"], layers }]));
      run("tar", ["-C", join(home, "layout"), "-cf", join(home, "image.tar"), "."]);
      const lost = ask("images", "import", "--no-unpack", "--index-name", name, join(home, "image.tar"));
      if (lost !== undefined) throw new Error(lost);
      const mounted = join(home, "mounted");
      await mkdir(mounted);
      const refused = ask("images", "mount", "--snapshotter", "overlayfs", name, mounted);
      if (refused !== undefined) return { refused };
      try {
        return listFolder(mounted);
      } finally {
        run("umount", [mounted]);
        ask("images", "unmount", "--rm", mounted);
      }
    },
    stop() {
      daemon.kill();
    },
  };
}

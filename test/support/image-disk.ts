/** Real tools and what they leave on disk: whether one is installed, and a folder in the notation of image-layer.ts. */
import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether a program can be started here. */
export function hasTool(name: string, ...args: readonly string[]): boolean {
  const { error, status } = spawnSync(name, args.length === 0 ? ["--version"] : args, { stdio: "ignore" });
  return error === undefined && status === 0;
}

/** Runs a program to its end. @throws Error with what it wrote when it fails */
export function run(name: string, args: readonly string[], options: { cwd?: string; input?: string } = {}): string {
  return execFileSync(name, args, {
    ...options,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
  });
}

/** A folder and all that is in it, sorted, as image-layer.ts lists a tree; names keep their bytes. */
export function listFolder(root: string): string[] {
  const lines: string[] = [];
  function visit(name: string): void {
    const path = Buffer.from(`${Buffer.from(root).toString("latin1")}/${name}`, "latin1");
    const info = lstatSync(path, { throwIfNoEntry: false });
    // overlayfs lists a whiteout over nothing by its name, and finds no file there.
    if (info === undefined) return;
    if (info.isDirectory()) {
      if (name !== "") lines.push(`${name}/`);
      for (const child of readdirSync(path, "latin1")) visit(name === "" ? child : `${name}/${child}`);
    } else if (info.isSymbolicLink()) lines.push(`${name} -> ${readlinkSync(path, "latin1")}`);
    else if (!info.isFile()) lines.push(`${name} |`);
    else lines.push(info.size === 0 ? name : `${name}=${readFileSync(path, "latin1")}`);
  }
  visit("");
  return lines.sort();
}

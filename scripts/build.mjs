/**
 * Builds dist/ from src/. The compiler does nothing where everything is up to date; what it does not do is remove the output of a
 * source file that is gone, which would then still be packed, and mark the program as executable.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(import.meta.dirname);
const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));

/** @param {string} dist */
function removeStaleOutput(dist) {
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const output = join(entry.parentPath, entry.name);
    const stem = output.slice(dist.length).replace(/\.(js|d\.ts)$/, "");
    if (!existsSync(join(root, "src", `${stem}.ts`))) rmSync(output);
  }
}

const { status, error } = spawnSync(process.execPath, [compiler, "--build"], { cwd: root, stdio: "inherit" });
if (error !== undefined) throw error;
if (status === 0) {
  removeStaleOutput(join(root, "dist"));
  chmodSync(join(root, "dist/cli/main.js"), 0o755);
}
process.exitCode = status ?? 1;

/**
 * Builds dist/ from src/. The compiler does nothing where everything is up to date; what it does not do is remove the output of a
 * source file that is gone, which would then still be packed, and mark the program as executable.
 *
 *     --if-possible   do nothing where the compiler is not installed: npm runs this after `npm install --omit=dev` too
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** @param {string} dist */
function removeStaleOutput(dist) {
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const output = join(entry.parentPath, entry.name);
    const stem = output.slice(dist.length).replace(/\.(js|d\.ts)$/, "");
    if (!existsSync(join(root, "src", `${stem}.ts`))) rmSync(output);
  }
}

if (process.argv.includes("--if-possible") && !existsSync(compiler)) process.exit();
const { status, error } = spawnSync(process.execPath, [compiler, "--build"], { cwd: root, stdio: "inherit" });
if (error !== undefined) throw error;
if (status === 0) {
  removeStaleOutput(join(root, "dist"));
  chmodSync(join(root, "dist/cli/main.js"), 0o755);
}
process.exitCode = status ?? 1;

/** A fresh process that reads an image with the package's own code, so that its memory and time can be measured. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";

const ROOT = new URL("../../", import.meta.url).pathname;

export interface Measured {
  /** the error's code, or "read" */
  readonly outcome: string;
  readonly message: string;
  readonly seconds: number;
  readonly megabytes: number;
}

const SCRIPT = `
import { readImage } from "./src/image/read-image.js";
const [source, wanted] = process.argv.slice(2);
const inspector = { wants: (path) => path === wanted, inspect: (path, body) => body.read(0, 64).length, skipped: 0 };
const started = Date.now();
let outcome = "read", message = "";
try {
  await readImage(source, { inspector, layerMode: "overlay", verify: "always", defaultPlatform: "linux/amd64", stdin: process.stdin });
} catch (error) {
  outcome = error.code ?? "thrown";
  message = error.message;
}
const seconds = (Date.now() - started) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ outcome, message, seconds, megabytes }));
process.exit(0);
`;

/** The sources as JavaScript in a folder of their own, with what they import. */
export function compileReader(): string {
  const folder = mkdtempSync(join(tmpdir(), "reader-"));
  for (const part of ["", "disk", "image", "image/squashfs", "rootfs"]) {
    mkdirSync(join(folder, "src", part), { recursive: true });
    for (const name of readdirSync(join(ROOT, "src", part)).filter((one) => one.endsWith(".ts"))) {
      if (part === "" && name !== "errors.ts") continue;
      const { outputText } = ts.transpileModule(readFileSync(join(ROOT, "src", part, name), "utf8"), {
        compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
      });
      writeFileSync(join(folder, "src", part, name.replace(/\.ts$/, ".js")), outputText);
    }
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "read.js"), SCRIPT);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/**
 * @param reader what `compileReader` gave
 * @param wanted a path in the image whose body is asked for
 */
export function measure(
  reader: string,
  source: string,
  options: { wanted?: string; env?: Record<string, string>; stdin?: Buffer } = {},
): Measured {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ["read.js", source, options.wanted ?? ""], {
    cwd: reader,
    env: { ...process.env, ...options.env },
    input: options.stdin ?? "",
    encoding: "utf8",
    timeout: 50_000,
  });
  if (status !== 0 || stdout === "") throw new Error(`no answer (${String(status ?? signal)}): ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

/**
 * The Debian archive that this machine's own apt is set up with: whatever the project takes from Debian, it takes from there. Also
 * where made things are kept between runs, and how other programs are started.
 */
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where made and downloaded things are kept between runs. */
export const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");

/**
 * The archive, and the release that the machine itself has.
 *
 * @returns {{ uri: string, codename: string }}
 */
export function findArchive() {
  const format = "$(REPO_URI) $(CODENAME) $(LABEL) $(COMPONENT)";
  const targets = run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]).split("\n");
  const archives = targets
    .map((line) => line.split(" "))
    .filter(([, , label, part]) => label === "Debian" && part === "main");
  // The release itself comes without a suffix, such as -updates.
  const [uri, codename] = archives.find(([, name]) => name !== undefined && !name.includes("-")) ?? [];
  if (uri === undefined || codename === undefined)
    throw new Error("apt has no Debian release here: run apt-get update first");
  return { uri, codename };
}

/** Runs a program, and shows what it said only where it failed. */
export function run(program, args, options = {}) {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      maxBuffer: 1 << 30,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.split("\n").slice(-20).join("\n");
    throw new Error(`${program} ${args.join(" ")} failed: ${said || error.message}`, { cause: error });
  }
}

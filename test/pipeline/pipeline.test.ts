/**
 * A release pipeline as docs/ci.md shows it: two images that umoci builds, a policy in the repository, and docs/examples/gate.sh. The
 * second image needs what the host's library does not define.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createFolder, MAIN, type Run } from "../cli/run-cli.js";
import { writeRoot } from "../cli/root-files.js";
import { BY_VERDICT, HOST, IMAGE } from "../cli/verdict-roots.js";
import { hasTool, run } from "../support/image-disk.js";

const isRoot = process.getuid?.() === 0;
const isThere = isRoot && hasTool("umoci");
const GATE = join(import.meta.dirname, "../../docs/examples/gate.sh");
const DAY = "1796083200"; // 2026-12-01

const POLICY = `
hosts: [node.json]
required:
  - library: ${BY_VERDICT.safe}
  - library: ${BY_VERDICT.unsafe}
floors: { glibc: 2.28 }
`;
const ACCEPTED = `
accept:
  - rule: version-not-defined
    library: ${BY_VERDICT.unsafe}
    consumers: [/usr/bin/unsafe]
    image: app
    reason: the job scripts never start it
    owner: ops
    expires: EXPIRES
`;

describe.skipIf(!isThere)(`a release pipeline${isThere ? "" : " (skipped: needs root and umoci)"}`, () => {
  const cwd = createFolder();

  /** What a job does: the policy as it is in the repository then, and the gate. */
  function gate(image: string, policy: string, ...baseline: readonly string[]): Run {
    writeFileSync(join(cwd, "containerspec.yaml"), policy);
    const { status, stdout, stderr } = spawnSync(GATE, [image, ...baseline], {
      cwd,
      encoding: "utf8",
      env: {
        PATH: `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}`,
        XDG_CACHE_HOME: join(cwd, "cache"),
        REPORTS: `reports/${image}`,
        SOURCE_DATE_EPOCH: DAY,
      },
    });
    return { status, stdout, stderr };
  }

  beforeAll(() => {
    mkdirSync(join(cwd, "bin"));
    writeFileSync(join(cwd, "bin/containerspec"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(join(cwd, "bin/containerspec"), 0o755);
    writeRoot(join(cwd, "node"), HOST);
    run(process.execPath, [MAIN, "host", join(cwd, "node"), "--no-cache", "-o", join(cwd, "node.json")]);
    const [first, second] = [join(cwd, "first"), join(cwd, "second")];
    const bundle = join(cwd, "bundle");
    run("umoci", ["init", "--layout", first]);
    run("umoci", ["new", "--image", `${first}:app`]);
    run("umoci", ["config", "--image", `${first}:app`, "--architecture", "amd64", "--os", "linux"]);
    run("umoci", ["unpack", "--image", `${first}:app`, bundle]);
    const { "usr/bin/unsafe": program = "", ...old } = IMAGE;
    writeRoot(join(bundle, "rootfs"), old);
    makeExecutable(join(bundle, "rootfs/usr/bin"));
    run("umoci", ["repack", "--refresh-bundle", "--image", `${first}:app`, bundle]);
    cpSync(first, second, { recursive: true });
    writeRoot(join(bundle, "rootfs"), { "usr/bin/unsafe": program });
    makeExecutable(join(bundle, "rootfs/usr/bin"));
    run("umoci", ["repack", "--image", `${second}:app`, bundle]);
  }, 60_000);

  function makeExecutable(folder: string): void {
    run("chmod", ["-R", "0755", folder]);
  }

  test("the first image passes, and leaves its reports", () => {
    const { status, stderr } = gate("first", POLICY);
    expect(stderr).toBe("containerspec: the policy containerspec.yaml counts (--no-policy leaves it out)\n");
    expect(status).toBe(0);
    expect(readFileSync(join(cwd, "reports/first/junit.xml"), "utf8")).toContain('failures="0"');
    expect(readFileSync(join(cwd, "reports/first/comment.md"), "utf8")).toMatch(/^### ✅ The gate passes/);
  });
  test("the second fails, and says why", () => {
    const { status, stderr, stdout } = gate("second", POLICY);
    expect(stdout).toContain("version `UNSAFE_2' not found");
    expect(stderr).toContain(`the gate fails for second at --fail-on risky: ${BY_VERDICT.unsafe}\n`);
    expect(stderr).toContain(`${BY_VERDICT.unsafe} must be mountable, and it is unsafe\n`);
    expect(status).toBe(1);
  });
  test("an accepted finding passes, and is still in the report", () => {
    const { status, stderr, stdout } = gate("second", POLICY + ACCEPTED.replace("EXPIRES", "2027-03-31"));
    expect(stderr).toContain(`accepted by the policy for second: ${BY_VERDICT.unsafe} (version-not-defined)\n`);
    expect(status).toBe(0);
    expect(stdout).toContain("version `UNSAFE_2' not found");
    expect(JSON.parse(readFileSync(join(cwd, "reports/second/report.json"), "utf8"))).toMatchObject({
      mounts: [{ soname: BY_VERDICT.safe }, { soname: BY_VERDICT.unsafe, verdict: "unsafe", loader: "broken" }],
    });
  });
  test("one that has ended fails, and says whose it was", () => {
    const { status, stderr } = gate("second", POLICY + ACCEPTED.replace("EXPIRES", "2026-11-30"));
    expect(stderr).toMatch(
      /the acceptance of version-not-defined for libunsafe\.so\.1 ended on 2026-11-30 \(containerspec\.yaml, line 9\): ask ops\n$/,
    );
    expect(status).toBe(1);
  });
  test("one that matches nothing is named", () => {
    const { status, stderr } = gate(
      "first",
      POLICY + ACCEPTED.replace("EXPIRES", "2027-03-31").replace("image: app", 'image: "*"'),
    );
    expect(stderr).toContain(
      "containerspec.yaml, line 9: the acceptance of version-not-defined matches no finding: take it out\n",
    );
    expect(status).toBe(0);
  });
  test("beside a baseline of itself it passes, and beside that of the first it fails", () => {
    expect(gate("second", POLICY).status).toBe(1);
    cpSync(join(cwd, "reports/second/report.json"), join(cwd, "known.json"));
    const known = gate("second", POLICY, "known.json");
    expect(known.stderr).toContain(`in the baseline already for second: ${BY_VERDICT.unsafe}`);
    expect(known.status).toBe(0);
    expect(gate("first", POLICY).status).toBe(0);
    // The same image by name: umoci's layouts name it by its tag, and the folder is another.
    const before = JSON.parse(readFileSync(join(cwd, "reports/first/report.json"), "utf8")) as {
      image: { reference?: string; source: string };
    };
    writeFileSync(join(cwd, "old.json"), JSON.stringify({ ...before, image: { ...before.image, source: "second" } }));
    const worse = gate("second", POLICY, "old.json");
    expect(worse.stderr).toContain(`the gate fails for second at --fail-on risky: ${BY_VERDICT.unsafe}\n`);
    expect(worse.status).toBe(1);
  });
});

/** The files that give containerspec a home in a pipeline, run for real: the action, GitLab's template, the hook and the container. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseYaml } from "../../src/yaml.js";
import { VERSION } from "../../src/vocabulary.js";
import { createFolder, MAIN } from "../cli/run-cli.js";
import { hasTool, run } from "../support/image-disk.js";

const ROOT = join(import.meta.dirname, "../..");
const SAMPLE = join(ROOT, "fixtures/sample");
const EXAMPLES = join(ROOT, "docs/examples");
const cwd = createFolder();

beforeAll(() => {
  mkdirSync(join(cwd, "bin"));
  writeFileSync(join(cwd, "bin/containerspec"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(cwd, "bin/containerspec"), 0o755);
  cpSync(join(SAMPLE, "image.tar"), join(cwd, "image.tar"));
  cpSync(join(SAMPLE, "host.json"), join(cwd, "host.json"));
});

function bash(script: string, env: Readonly<Record<string, string>>) {
  const path = `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}`;
  const options = {
    cwd,
    encoding: "utf8" as const,
    env: { PATH: path, HOME: cwd, XDG_CACHE_HOME: join(cwd, "cache"), ...env },
  };
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], options);
}

function readYaml(file: string): unknown {
  const document = parseYaml(readFileSync(file, "utf8"), { scalars: "core" });
  if (document.kind === "fault") throw new Error(`${file}: ${document.message}`);
  return document.value;
}

describe("action.yml", () => {
  interface Step {
    readonly id: string;
    readonly uses?: string;
    readonly run: string;
    readonly env: Readonly<Record<string, string>>;
  }
  const action = readYaml(join(ROOT, "action.yml")) as {
    inputs: Record<string, { default?: string; description: string }>;
    runs: { using: string; steps: readonly Step[] };
  };
  const steps = new Map(action.runs.steps.map((step) => [step.id, step]));

  /** A step with these inputs, as the runner does it: expressions become text, and only in `env`. */
  function play(id: string, inputs: Readonly<Record<string, string>>) {
    const step = steps.get(id);
    const env = Object.entries(step?.env ?? {}).map(([key, value]) => [
      key,
      value.replace(
        /\$\{\{ inputs\.([a-z-]+) \}\}/g,
        (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? "",
      ),
    ]);
    const files = { GITHUB_OUTPUT: join(cwd, "output"), GITHUB_STEP_SUMMARY: join(cwd, "summary.md") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    const result = bash(step?.run ?? "exit 99", { ...(Object.fromEntries(env) as Record<string, string>), ...files });
    return {
      ...result,
      output: readFileSync(files.GITHUB_OUTPUT, "utf8"),
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    };
  }

  test("installs this release, uses nobody's action, and has no expression in a script", () => {
    expect(action.runs.using).toBe("composite");
    expect(action.inputs["version"]?.default).toBe(VERSION);
    for (const { uses, run: script } of action.runs.steps) {
      expect(uses).toBeUndefined();
      expect(script).not.toContain("${{");
    }
  });
  test("gates: annotations, a summary, a report, an output and the exit code", () => {
    const bad = play("gate", {
      image: "image.tar",
      host: "host.json\n",
      library: "libuuid.so.1\nlibnuma.so.1\n",
      sarif: "out.sarif",
    });
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(/^::error file=image\.tar,title=heat%3A1\.0%3A the gate fails::libnuma\.so\.1\n/);
    expect(bad.output).toBe("passes=false\n");
    expect(bad.summary).toContain("❌ The gate fails");
    expect(existsSync(join(cwd, "out.sarif"))).toBe(true);
    const again = play("gate", {
      image: "image.tar",
      host: "host.json",
      library: "libnuma.so.1",
      baseline: "containerspec.json",
      report: "next.json",
    });
    expect([again.status, again.output]).toEqual([0, "passes=true\n"]);
  });
  test("takes no input for a command, and says nothing of a gate where there is none", () => {
    const evil = play("gate", { image: 'no.tar"; touch pwned; $(touch pwned)`touch pwned`', host: "host.json" });
    expect([evil.status, evil.output]).toEqual([3, ""]);
    expect(existsSync(join(cwd, "pwned"))).toBe(false);
  });
});

test("gitlab-ci.yml: its script leaves what GitLab reads, and fails with the gate", () => {
  type Job = {
    variables: Record<string, string>;
    before_script: string[];
    script: string[];
    artifacts: { reports: Record<string, string> };
  };
  const { ".containerspec": job } = readYaml(join(EXAMPLES, "gitlab-ci.yml")) as { ".containerspec": Job };
  expect(job.variables["CONTAINERSPEC_VERSION"]).toBe(VERSION);
  expect(job.before_script).toEqual(['npm install --global "containerspec@$CONTAINERSPEC_VERSION"']);
  const { XDG_CACHE_HOME: _, ...variables } = job.variables;
  const options = "--host host.json --library libnuma.so.1";
  expect(bash(job.script.join("\n"), { ...variables, CONTAINERSPEC_OPTIONS: options }).status).toBe(1);
  for (const file of Object.values(job.artifacts.reports)) expect(readFileSync(join(cwd, file), "utf8")).not.toBe("");
  expect(
    bash(job.script.join("\n"), { ...variables, CONTAINERSPEC_OPTIONS: options.replace("numa", "uuid") }).status,
  ).toBe(0);
});

describe.skipIf(!hasTool("git"))("the hook before a push", () => {
  test("lets through what passes, and nothing else", () => {
    const repository = join(cwd, "repository");
    const git = (...args: readonly string[]) =>
      bash(`git -C "$REPOSITORY" -c user.name=a -c user.email=a@example.org ${args.join(" ")}`, {
        REPOSITORY: repository,
      });
    run("git", ["init", "-q", "--bare", join(cwd, "remote.git")]);
    run("git", ["init", "-q", "-b", "main", repository]);
    cpSync(join(EXAMPLES, "pre-push"), join(repository, ".git/hooks/pre-push"));
    cpSync(join(SAMPLE, "host.json"), join(repository, "host.json"));
    cpSync(join(SAMPLE, "image.tar"), join(repository, "image.tar"));
    const push = (policy: string) => {
      writeFileSync(join(repository, "containerspec.yaml"), policy);
      git("commit", "-q", "--allow-empty", "-m", "x");
      return git("push", "-q", "../remote.git", "main");
    };
    const slip = push("host: [host.json]\n");
    expect([slip.status === 0, slip.stderr]).toEqual([
      false,
      expect.stringContaining("there is no key host; did you mean hosts?"),
    ]);
    const bad = push("hosts: [host.json]\nrequired: [{ library: libnuma.so.1 }]\n");
    expect([bad.status === 0, bad.stderr]).toEqual([
      false,
      expect.stringContaining("libnuma.so.1 must be mountable, and it is unsafe"),
    ]);
    expect(push("hosts: [host.json]\nrequired: [{ library: libuuid.so.1 }]\n").status).toBe(0);
    expect(run("git", ["-C", join(cwd, "remote.git"), "log", "--oneline", "main"])).not.toBe("");
  });
});

const isRoot = process.getuid?.() === 0;
const canBuild = isRoot && hasTool("buildah") && hasTool("unshare");
describe.skipIf(!canBuild)(`the container${canBuild ? "" : " (skipped: needs root, buildah and unshare)"}`, () => {
  const store = join(cwd, "store");
  const buildah = (...args: readonly string[]): string =>
    run("env", ["STORAGE_DRIVER=vfs", "buildah", "--root", store, "--runroot", join(cwd, "runroot"), ...args]).trim();
  afterAll(() => rmSync(store, { recursive: true, force: true }));

  /** An image of Node.js without any network: this machine's, with what it loads. */
  function createBase(): void {
    const container = buildah("from", "scratch");
    const root = buildah("mount", container);
    const node = realpathSync(process.execPath);
    const libraries = [...run("ldd", [node]).matchAll(/\/[^ ]+/g)].map(([path]) => path);
    for (const file of [node, ...libraries]) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      cpSync(file, join(root, file), { dereference: true });
    }
    for (const folder of ["usr/bin", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
    if (!existsSync(join(root, "usr/bin/node"))) symlinkSync(node, join(root, "usr/bin/node"));
    chmodSync(join(root, "tmp"), 0o1777);
    buildah("umount", container);
    buildah("commit", "-q", container, "localhost/base");
  }

  test("is built from the recipe, runs as nobody and judges without any network", () => {
    createBase();
    const recipe = join(EXAMPLES, "Containerfile");
    buildah(
      "build",
      "--isolation",
      "chroot",
      "--pull-never",
      "--build-arg",
      "BASE=localhost/base",
      "-f",
      recipe,
      "-t",
      "localhost/tool",
      ROOT,
    );
    const container = buildah("from", "--pull-never", "localhost/tool");
    const { OCIv1 } = JSON.parse(buildah("inspect", container)) as {
      OCIv1: { config: { Entrypoint: string[]; User: string } };
    };
    const { config } = OCIv1;
    expect(config.User).toBe("65534:65534");
    const start = (...args: readonly string[]) =>
      spawnSync(
        "unshare",
        [
          "--net",
          "env",
          "STORAGE_DRIVER=vfs",
          "buildah",
          "--root",
          store,
          "--runroot",
          join(cwd, "runroot"),
          "run",
          "--isolation",
          "chroot",
          "-v",
          `${SAMPLE}:/work:ro`,
          container,
          "--",
          ...config.Entrypoint,
          ...args,
        ],
        { encoding: "utf8" },
      );
    expect(start("--version").stdout).toContain(VERSION);
    const judged = start("analyze", "image.tar", "--host", "host.json", "--library", "libnuma.so.1");
    expect(judged.stdout).toContain("1 library judged: 1 unsafe.");
    expect(judged.status).toBe(1);
    expect(start("explain", "link-loop").stdout).toMatch(/^# link-loop/);
  }, 300_000);
});

test("docs/ci.md shows the script and every input as they are", () => {
  const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
  const script = readFileSync(join(EXAMPLES, "gate.sh"), "utf8").split("set -eu\n")[1] ?? "";
  expect(page).toContain(script.trim());
  const { inputs } = readYaml(join(ROOT, "action.yml")) as { inputs: object };
  const row = /^Inputs are [^;]*;/m.exec(page)?.[0] ?? "";
  expect(
    [...row.matchAll(/`([a-z-]+)`/g)]
      .map(([, name]) => name)
      .filter((name) => name !== "none")
      .sort(),
  ).toEqual(Object.keys(inputs).sort());
  for (const [, link = ""] of page.matchAll(/\]\((examples\/[^)]+|\.\.\/action\.yml)\)/g))
    expect(existsSync(join(ROOT, "docs", link))).toBe(true);
});

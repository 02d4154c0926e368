/** A root with the machine's own musl and glibc: what their loaders do with a mounted library is what was foretold. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/analyze.js";
import { readHost } from "../../src/read-host.js";
import { packImage, writeRoot, type RootFiles } from "../cli/root-files.js";
import { findMuslObstacle } from "../support/musl-world.js";

const GLIBC = "/lib/x86_64-linux-gnu";
const obstacle = findMuslObstacle() ?? (process.geteuid?.() === 0 ? undefined : "needs root");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-two-real-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function build(compiler: "gcc" | "musl-gcc", name: string, source: string, ...flags: readonly string[]): Uint8Array {
  const [from, to] = [join(folder, `${name}.c`), join(folder, name)];
  writeFileSync(from, source);
  const { status, stderr } = spawnSync(compiler, ["-O1", "-o", to, from, ...flags], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return readFileSync(to);
}

/** The C libraries, a program of each that only returns, and a program of each that needs libhost. */
function buildFiles(): { readonly image: RootFiles; readonly host: RootFiles; readonly programs: RootFiles } {
  const library = build(
    "gcc",
    "libhost.so.1",
    'extern int __printf_chk(int, const char *, ...); int host(void) { return __printf_chk(1, "host\\n") < 0; }',
    "-shared",
    "-fPIC",
    "-Wl,-soname,libhost.so.1",
  );
  const uses = "int host(void); int main(void) { return host(); }";
  const linked = ["-L", folder, "-l:libhost.so.1", "-Wl,--unresolved-symbols=ignore-in-shared-libs"];
  const glibc = {
    "lib64/ld-linux-x86-64.so.2": readFileSync("/lib64/ld-linux-x86-64.so.2"),
    [`${GLIBC.slice(1)}/libc.so.6`]: readFileSync(`${GLIBC}/libc.so.6`),
  };
  const musl = build("musl-gcc", "plain", "int main(void) { return 0; }");
  return {
    image: {
      "lib/ld-musl-x86_64.so.1": readFileSync("/lib/ld-musl-x86_64.so.1"),
      ...glibc,
      "bin/a": musl,
      "bin/b": musl,
      "bin/c": build("musl-gcc", "other", "int main(void) { return 1; }"),
    },
    host: { ...glibc, [`${GLIBC.slice(1)}/libhost.so.1`]: library },
    programs: {
      "bin/of-glibc": build("gcc", "of-glibc", uses, ...linked),
      "bin/of-musl": build("musl-gcc", "of-musl", uses, ...linked),
      "bin/of-musl-led": build("musl-gcc", "of-musl-led", uses, ...linked, `-Wl,-rpath,${GLIBC}`),
    },
  };
}

describe.skipIf(obstacle !== undefined)(`two loaders${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  test("take what they find, and do with it what was foretold", async () => {
    const { image, host, programs } = buildFiles();
    const hostFolder = writeRoot(join(folder, "host"), host);
    const target = `${GLIBC}/libhost.so.1`;
    const told: Record<string, unknown> = {};
    const seen: Record<string, unknown> = {};
    for (const [path, file] of Object.entries(programs)) {
      const files = { ...image, [path]: file };
      const tar = join(folder, `${path.slice(4)}.tar`);
      const layer = Object.fromEntries(
        Object.entries(files).map(([at, content]) => [at, content as Uint8Array | string]),
      );
      writeFileSync(tar, packImage(layer));
      const { set } = await analyze(tar, {
        host: await readHost(hostFolder, { trees: [target] }),
        mounts: [`${target}:${target}`],
      });
      told[path] = [set?.loader, set?.findings.some(({ rule }) => rule === "c-library-differs")];
      const mounted = writeRoot(join(folder, `root-${path.slice(4)}`), {
        ...layer,
        [target.slice(1)]: host[target.slice(1)] as Uint8Array,
      });
      spawnSync("chmod", ["-R", "a+rx", mounted]);
      const { status, stdout } = spawnSync("chroot", [mounted, `/${path}`], { encoding: "utf8" });
      seen[path] = [status, stdout];
    }
    expect(seen).toEqual({ "bin/of-glibc": [0, "host\n"], "bin/of-musl": [127, ""], "bin/of-musl-led": [127, ""] });
    expect(told).toEqual({
      "bin/of-glibc": ["ok", false],
      // It goes on without the library, as before; another program of glibc could take it.
      "bin/of-musl": ["ok", false],
      "bin/of-musl-led": ["broken", true],
    });
  });
});

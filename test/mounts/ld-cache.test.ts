/** Which ld.so.cache the container's processes meet: the image's own, one that ldconfig wrote after the mounts were made, or none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCache } from "../loader/cache-builder.js";
import {
  calls,
  gives,
  installed,
  library,
  link,
  program,
  text,
  type Files,
  type StoryFile,
} from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { alpine, debian12, MULTIARCH, MUSL_INTERPRETER, type System } from "../support/story-systems.js";

const CUDA = "/usr/local/cuda/lib64";
const MODES = ["shipped", "regenerated", "none"] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-ld-cache-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Question {
  readonly image: Files;
  readonly host: Files;
  readonly mounts: readonly string[];
  readonly system?: System;
}

/** The verdicts, with what each cache leads to. */
async function ask({ image, host, mounts, system = debian12 }: Question): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  for (const ldCache of MODES) {
    const report = await playScene(
      {
        image: { layers: [system(image)] },
        host: debian12(host),
        options: { mounts, ldCache },
        expected: { findings: [] },
      },
      mkdtempSync(join(folder, "world-")),
    );
    expect(report.ldCache).toBe(ldCache === "shipped" ? undefined : ldCache);
    const rules = report.set?.findings.map(({ rule }) => rule) ?? [];
    answers[ldCache] = [report.set?.verdict, ...rules].join(" ");
  }
  return answers;
}

const cache = (entries: Readonly<Record<string, string>>): StoryFile => ({
  bytes: buildCache(Object.entries(entries).map(([name, path]) => ({ name, path, flags: 0x303 }))),
  mode: 0o644,
});
const cudart = library({ soname: "libcudart.so.12", symbols: gives("cudaMalloc@CUDA_12") });
const trains = program({
  needed: ["libcudart.so.12"],
  symbols: calls("libcudart.so.12", "cudaMalloc@CUDA_12"),
});
const NAMED: Files = {
  "/etc/ld.so.conf": text("include /etc/ld.so.conf.d/*.conf\n"),
  "/etc/ld.so.conf.d/cuda.conf": text(`${CUDA}\n`),
};

describe("a new soname in a folder that only ld.so.conf names", () => {
  const app = { ...NAMED, "/usr/bin/train": trains };

  test("as a file: ldconfig makes the link, and the program starts", async () => {
    const name = "libcudart.so.12.4.127";
    const answers = await ask({
      image: app,
      host: { [`/opt/cuda/lib64/${name}`]: cudart },
      mounts: [`/opt/cuda/lib64/${name}:${CUDA}/${name}`],
    });
    expect(answers).toEqual({
      shipped: "no-effect search-never-reaches",
      regenerated: "safe",
      none: "no-effect search-never-reaches",
    });
  });

  test("as a folder with the link in it", async () => {
    const answers = await ask({
      image: app,
      host: {
        "/opt/cuda/lib64/libcudart.so.12": link("libcudart.so.12.4"),
        "/opt/cuda/lib64/libcudart.so.12.4": cudart,
      },
      mounts: [`/opt/cuda/lib64:${CUDA}`],
    });
    expect(answers).toMatchObject({ shipped: "no-effect search-never-reaches", regenerated: "safe" });
  });

  test("as a folder without it, where ldconfig has no right to make one", async () => {
    const answers = await ask({
      image: app,
      host: { "/opt/cuda/lib64/libcudart.so.12.4": cudart },
      mounts: [`/opt/cuda/lib64:${CUDA}`],
    });
    expect(answers).toMatchObject({ regenerated: "no-effect search-never-reaches" });
  });

  test("as a folder that ldconfig may write to, or may not: the worse of both", async () => {
    const lacking = library({ soname: "libcudart.so.12" });
    const ask12 = (mount: string) =>
      ask({
        image: { ...app, [`${MULTIARCH}/libcudart.so.12`]: cudart },
        host: { "/opt/cuda/lib64/libcudart.so.12.9": lacking },
        mounts: [mount],
      });
    expect((await ask12(`/opt/cuda/lib64:${CUDA}:ro`)).regenerated).toBe("safe other-copy-wins");
    expect((await ask12(`/opt/cuda/lib64:${CUDA}`)).regenerated).toMatch(/^(?:unsafe|risky)/);
  });

  test("in a folder that only a mounted part of ld.so.conf names", async () => {
    const answers = await ask({
      image: { "/etc/ld.so.conf": NAMED["/etc/ld.so.conf"] as StoryFile, "/usr/bin/train": trains },
      host: { "/opt/cuda/lib64/libcudart.so.12": cudart, "/opt/cuda/00-cuda.conf": text(`${CUDA}\n`) },
      mounts: [`/opt/cuda/lib64:${CUDA}`, "/opt/cuda/00-cuda.conf:/etc/ld.so.conf.d/00-cuda.conf"],
    });
    expect(answers).toMatchObject({ shipped: "no-effect search-never-reaches", regenerated: "safe" });
  });

  test("a program needs more of it than it has", async () => {
    const answers = await ask({
      image: { ...app, [`${MULTIARCH}/libcudart.so.12`]: cudart },
      host: {
        "/opt/cuda/lib64/libcudart.so.12": library({ soname: "libcudart.so.12", symbols: gives("cudaFree@CUDA_12") }),
      },
      mounts: [`/opt/cuda/lib64:${CUDA}`],
    });
    expect(answers).toMatchObject({ shipped: "no-effect search-never-reaches" });
    expect(answers["regenerated"]).toBe("risky symbol-not-defined-lazily");
  });
});

test("ldconfig leads the link of a soname to the newest file beside it", async () => {
  const answers = await ask({
    image: {
      ...installed(`${MULTIARCH}/libnuma.so.1.0.0`, { soname: "libnuma.so.1", symbols: gives("numa_a", "numa_b") }),
      "/usr/bin/pin": program({ needed: ["libnuma.so.1"], symbols: calls("libnuma.so.1", "numa_a", "numa_b") }),
    },
    host: { "/opt/libnuma.so.1.5.0": library({ soname: "libnuma.so.1", symbols: gives("numa_a") }) },
    mounts: [`/opt/libnuma.so.1.5.0:${MULTIARCH}/libnuma.so.1.5.0`],
  });
  expect(answers).toMatchObject({ shipped: "safe other-copy-wins", none: "safe other-copy-wins" });
  expect(answers["regenerated"]).toMatch(/^risky symbol-not-defined-lazily/);
});

const other: Files = { "/opt/libother.so.1": library({ soname: "libother.so.1", symbols: gives("other") }) };

test("a folder that was filled after the image's last ldconfig comes in, and breaks whoever gets its library", async () => {
  const answers = await ask({
    image: {
      ...NAMED,
      "/etc/ld.so.cache": cache({ "libz.so.1": `${MULTIARCH}/libz.so.1` }),
      [`${MULTIARCH}/libz.so.1`]: library({ soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.2") }),
      [`${CUDA}/libz.so.1`]: library({ soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.1") }),
      "/usr/bin/unzip": program({ needed: ["libz.so.1"], symbols: calls("libz.so.1", "inflate@ZLIB_1.2") }),
      ...installed(`${MULTIARCH}/libother.so.1`, { soname: "libother.so.1", symbols: gives("other") }),
      "/usr/bin/uses": program({ needed: ["libother.so.1"], symbols: calls("libother.so.1", "other") }),
    },
    host: other,
    mounts: [`/opt/libother.so.1:${MULTIARCH}/libother.so.1`],
  });
  expect(answers["shipped"]).not.toMatch(/^unsafe/);
  expect(answers["none"]).toBe(answers["shipped"]);
  expect(answers["regenerated"]).toMatch(/^unsafe .*version-not-defined/);
});

test("whoever finds a library by the cache alone does not find it without", async () => {
  const answers = await ask({
    image: {
      ...NAMED,
      "/etc/ld.so.cache": cache({ "libcudart.so.12": `${CUDA}/libcudart.so.12` }),
      [`${CUDA}/libcudart.so.12`]: cudart,
      "/usr/bin/train": trains,
    },
    host: { "/opt/libcudart.so.12": cudart },
    mounts: [`/opt/libcudart.so.12:${CUDA}/libcudart.so.12`],
  });
  expect(answers["shipped"]).toBe("safe");
  expect(answers["regenerated"]).toBe("safe");
  expect(answers["none"]).toMatch(/^unsafe .*library-not-found/);
});

test("musl reads no cache, and ldconfig makes no links for it", async () => {
  const answers = await ask({
    system: alpine,
    image: {
      ...NAMED,
      "/usr/bin/train": program({
        interp: MUSL_INTERPRETER,
        libc: "libc.musl-x86_64.so.1",
        needed: ["libcudart.so.12"],
        symbols: calls("libcudart.so.12", "cudaMalloc"),
      }),
    },
    host: { "/opt/libcudart.so.12.4": library({ libc: "", soname: "libcudart.so.12", symbols: gives("cudaMalloc") }) },
    mounts: ["/opt/libcudart.so.12.4:/usr/lib/libcudart.so.12.4"],
  });
  expect(answers["regenerated"]).toBe(answers["shipped"]);
  expect(answers["none"]).toBe(answers["shipped"]);
});

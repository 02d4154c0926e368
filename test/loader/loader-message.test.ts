/** The words of the loader that the stories of real-ld-so.test.ts cannot draw here. */
import { describe, expect, it } from "vitest";
import { toLoaderMessage } from "../../src/loader/loader-message.js";
import type { LoadProblem } from "../../src/loader/problem.js";

describe("the loader's words, for a program and for dlopen", () => {
  const symbol = {
    kind: "symbol-not-defined",
    symbol: "x",
    version: "V1",
    requiredBy: "/lib/liba.so",
    binding: "eager",
  } as const;

  it.each<[LoadProblem, string, string]>([
    [
      { ...symbol, file: "libx.so.1" },
      "/app: relocation error: /lib/liba.so: symbol x, version V1 not defined in file libx.so.1 with link time reference",
      "/lib/liba.so: symbol x, version V1 not defined in file libx.so.1 with link time reference",
    ],
    [
      symbol,
      "/app: symbol lookup error: /lib/liba.so: undefined symbol: x, version V1",
      "/lib/liba.so: undefined symbol: x, version V1",
    ],
    [
      { kind: "executable-stack", requiredBy: "/lib/liba.so", name: "liba.so" },
      "/app: error while loading shared libraries: liba.so: cannot enable executable stack as shared object requires: Invalid argument",
      "liba.so: cannot enable executable stack as shared object requires: Invalid argument",
    ],
    [
      {
        kind: "library-not-loadable",
        name: "libx.so",
        path: "/d/libx.so",
        requiredBy: "/app",
        reason: "cannot read file data: Is a directory",
        while: "opening",
      },
      "/app: error while loading shared libraries: /d/libx.so: cannot read file data: Error 21",
      "/d/libx.so: cannot read file data: Is a directory",
    ],
  ])("%j", (problem, startup, opened) => {
    expect(toLoaderMessage(problem, "/app")).toBe(startup);
    expect(toLoaderMessage(problem, undefined)).toBe(opened);
  });
});

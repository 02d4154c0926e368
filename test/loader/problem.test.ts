/** Problems: how bad they are, and when two are the same. */
import { describe, expect, it } from "vitest";
import { outcomeOf, problemKey } from "../../src/loader/problem.js";
import { createWorld, load } from "./world.js";

const INTERP = "/lib64/ld-linux-x86-64.so.2";

describe("an executable stack", () => {
  const files = {
    [INTERP]: {},
    "/lib64/libx.so": { stack: "executable" },
    "/app": { interp: INTERP, needed: ["libx.so"] },
  } as const;

  it("is refused by dlopen since 2.41, and at startup never", async () => {
    const root = await createWorld(files);
    const kinds = (path: string, glibcVersion: string): string[] =>
      load(root, path, { glibcVersion }).problems.map(({ kind }) => kind);
    expect(kinds("/lib64/libx.so", "2.41")).toEqual(["executable-stack"]);
    expect(kinds("/lib64/libx.so", "2.40")).toEqual([]);
    expect(kinds("/app", "2.41")).toEqual([]);
  });

  it("is what a library asks for that says nothing, on machines with that default", async () => {
    const unmarked = async (machine: "x86-64" | "aarch64") => {
      const root = await createWorld({ "/libx.so": { machine, stack: "unmarked" } });
      return load(root, "/libx.so", { glibcVersion: "2.41" }).problems.map(({ kind }) => kind);
    };
    expect(await unmarked("x86-64")).toEqual(["executable-stack"]);
    expect(await unmarked("aarch64")).toEqual([]);
  });
});

describe("DT_RELR", () => {
  const x = { soname: "libx.so", relr: true, needed: ["libc.so.6"] } as const;
  const libc = { soname: "libc.so.6", defines: [{ name: "GLIBC_2.2.5" }, { name: "GLIBC_ABI_DT_RELR" }] } as const;
  const reasons = async (versions: readonly string[], glibcVersion?: string, more = {}): Promise<unknown[]> => {
    const library = { ...x, ...more, requires: [{ file: "libc.so.6", versions }] };
    const root = await createWorld({ [INTERP]: {}, "/lib64/libc.so.6": libc, "/libx.so": library });
    return load(root, "/libx.so", glibcVersion === undefined ? {} : { glibcVersion }).problems.map((one) =>
      "reason" in one ? one.reason : one.kind,
    );
  };

  it("must be said with a version since 2.36, and is not applied before", async () => {
    expect(await reasons(["GLIBC_2.2.5", "GLIBC_ABI_DT_RELR"], "2.36")).toEqual([]);
    expect(await reasons(["GLIBC_2.2.5"], "2.36")).toEqual(["no-dependency"]);
    expect(await reasons(["GLIBC_2.2.5"], "2.35")).toEqual(["loader-too-old"]);
  });

  it("is a question where nobody knows the release, and releases differ", async () => {
    const [plain, executable] = [{ relr: false }, { relr: false, stack: "executable" }];
    expect(await reasons(["GLIBC_2.2.5"], undefined, plain)).toEqual([]);
    expect(await reasons(["GLIBC_2.2.5"], undefined, executable)).toEqual([
      expect.stringMatching(/^it does not say which release/),
    ]);
    // All of them refuse it, if for different reasons.
    expect(await reasons(["GLIBC_2.2.5"])).toEqual(["no-dependency"]);
  });
});

describe("sameness and badness", () => {
  it("does not depend on folders", () => {
    const missing = { kind: "library-not-found", name: "libx.so" } as const;
    expect(problemKey({ ...missing, requiredBy: "/a/liba.so" })).toBe(
      problemKey({ ...missing, requiredBy: "/b/liba.so" }),
    );
    expect(problemKey({ ...missing, requiredBy: "/a/liba.so" })).not.toBe(
      problemKey({ ...missing, requiredBy: "/a/libb.so" }),
    );
  });

  it("tells a function that is bound at its first call from one that is bound at once", () => {
    const about = { symbol: "x", requiredBy: "/a", provider: "/b" };
    for (const kind of ["symbol-not-defined", "version-table-missing"] as const) {
      const [lazy, eager] = [
        { kind, ...about, binding: "lazy" },
        { kind, ...about, binding: "eager" },
      ] as const;
      expect([outcomeOf(lazy), outcomeOf(eager)]).toEqual(["latent", "broken"]);
      expect(problemKey(lazy)).not.toBe(problemKey(eager));
    }
  });

  it("never takes what could not be read for good", () => {
    const unread = {
      kind: "library-unreadable",
      name: "x",
      path: "/x",
      requiredBy: "/a",
      reason: "encrypted",
    } as const;
    expect(outcomeOf(unread)).toBe("unknown");
  });
});

import { describe, expect, it } from "vitest";
import type { RootNode } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { createOverlay } from "../../src/rootfs/overlay.js";
import { resolvePath } from "../../src/rootfs/resolve.js";
import { listTree } from "../support/image-layer.js";

/** A root of "path=content" and "path -> target" lines. */
function rootOf(...lines: readonly string[]) {
  return createMemoryRoot<string>(
    new Map(
      lines.map((line): [string, RootNode<string>] => {
        const [path, target] = line.split(" -> ") as [string, string | undefined];
        if (target !== undefined) return [path, { kind: "symlink", target }];
        const [file, facts = ""] = line.split("=") as [string, string | undefined];
        return [file, { kind: "file", size: facts.length, mode: 0o644, facts }];
      }),
    ),
  );
}

const container = rootOf(
  "/usr/lib/libz.so=container",
  "/usr/lib/liba.so=container",
  "/lib -> usr/lib",
  "/opt/mpi/lib/libmpi.so=container",
);
const host = rootOf(
  "/lib64/libz.so=host",
  "/opt/host/lib/libmpi.so=host",
  "/opt/host/lib/libpmi.so=host",
  "/opt/host/share/x=host",
);

describe("a folder that was not read", () => {
  const unread = { kind: "unread", reason: "permission denied" } as const;
  const root = createMemoryRoot<string>(
    new Map<string, RootNode<string>>([
      ["/opt/mpi", { kind: "directory", mode: 0o700, unread: "permission denied" }],
      ["/opt/mpi/known", { kind: "file", size: 1, mode: 0o644, facts: "host" }],
      ["/opt/gone", unread],
      ["/link", { kind: "symlink", target: "opt/mpi/lib/libmpi.so" }],
    ]),
  );

  it("has every name, and what is known of it", () => {
    for (const path of ["/opt/mpi/lib", "/opt/mpi/lib/deep", "/opt/gone", "/opt/gone/deep"])
      expect(root.lookup(path)).toEqual(unread);
    expect(root.lookup("/opt/mpi/known")).toMatchObject({ facts: "host" });
    expect(root.list("/opt/mpi")).toEqual(["known"]);
    for (const path of ["/opt/other", "/opt/mpi/known/below", "/mpi"]) expect(root.lookup(path)).toBeUndefined();
  });
  it("is the end of each path through it", () => {
    expect(resolvePath(root, "/link")).toEqual({ path: "/opt/mpi/lib", node: unread });
    expect(resolvePath(root, "/opt/gone/../other")?.node).toEqual(unread);
    expect(resolvePath(root, "/opt/mpi/known/below")).toBeUndefined();
  });
  it("stays so where it is mounted, but for what is mounted into it", () => {
    const mounted = createOverlay(container, [
      { target: "/opt", source: root, path: "/opt" },
      { target: "/opt/mpi/lib/libz.so", source: host, path: "/lib64/libz.so" },
    ]);
    expect(resolvePath(mounted, "/opt/mpi/lib/libz.so")?.node).toMatchObject({ facts: "host" });
    expect(resolvePath(mounted, "/opt/mpi/lib/libmpi.so")?.node).toEqual(unread);
    expect(resolvePath(mounted, "/opt/mpi/libmpi.so")?.node).toEqual(unread);
  });
});

describe("a mount over a root", () => {
  it("a file over a file, seen through links", () => {
    const mounted = createOverlay(container, [{ target: "/usr/lib/libz.so", source: host, path: "/lib64/libz.so" }]);
    expect(resolvePath(mounted, "/lib/libz.so")?.node).toMatchObject({ facts: "host" });
    expect(mounted.list("/usr/lib")).toEqual(["liba.so", "libz.so"]);
    expect(container.lookup("/usr/lib/libz.so")).toMatchObject({ facts: "container" });
  });

  it("a new file, with the folders on the way to it", () => {
    const mounted = createOverlay(container, [
      { target: "/.containerspec/lib/libz.so", source: host, path: "/lib64/libz.so" },
    ]);
    expect(mounted.list("/")).toEqual([".containerspec", "lib", "opt", "usr"]);
    expect(mounted.lookup("/.containerspec/lib")?.kind).toBe("directory");
    expect(mounted.list("/.containerspec/lib")).toEqual(["libz.so"]);
    expect(mounted.lookup("/.containerspec/lib/libz.so")).toMatchObject({ facts: "host" });
  });

  it("a folder hides what was there", () => {
    const mounted = createOverlay(container, [{ target: "/opt/mpi", source: host, path: "/opt/host" }]);
    expect(listTree(mounted).filter((line) => line.startsWith("opt"))).toEqual([
      "opt/",
      "opt/mpi/",
      "opt/mpi/lib/",
      "opt/mpi/lib/libmpi.so=host",
      "opt/mpi/lib/libpmi.so=host",
      "opt/mpi/share/",
      "opt/mpi/share/x=host",
    ]);
  });

  it("a whole root, in a folder", () => {
    const mounted = createOverlay(container, [{ target: "/hostfs", source: host, path: "/" }]);
    expect(mounted.list("/hostfs")).toEqual(["lib64", "opt"]);
    expect(mounted.lookup("/hostfs/lib64/libz.so")).toMatchObject({ facts: "host" });
    expect(mounted.lookup("/hostfs2")).toBeUndefined();
  });

  it("a file inside a folder that was mounted before it", () => {
    const mounted = createOverlay(container, [
      { target: "/opt/mpi", source: host, path: "/opt/host" },
      { target: "/opt/mpi/lib/libz.so", source: host, path: "/lib64/libz.so" },
    ]);
    expect(mounted.list("/opt/mpi/lib")).toEqual(["libmpi.so", "libpmi.so", "libz.so"]);
    expect(mounted.lookup("/opt/mpi/lib/libz.so")).toMatchObject({ facts: "host" });
  });

  it("a file is hidden by a folder that is mounted after it", () => {
    const mounted = createOverlay(container, [
      { target: "/opt/mpi/lib/libz.so", source: host, path: "/lib64/libz.so" },
      { target: "/opt/mpi", source: host, path: "/opt/host" },
    ]);
    expect(mounted.list("/opt/mpi/lib")).toEqual(["libmpi.so", "libpmi.so"]);
    expect(mounted.lookup("/opt/mpi/lib/libz.so")).toBeUndefined();
  });

  it("the later of two mounts on one target", () => {
    const mounted = createOverlay(container, [
      { target: "/usr/lib/libz.so", source: host, path: "/lib64/libz.so" },
      { target: "/usr/lib/libz.so", source: host, path: "/opt/host/lib/libpmi.so" },
    ]);
    expect(mounted.lookup("/usr/lib/libz.so")).toBe(host.lookup("/opt/host/lib/libpmi.so"));
  });

  it("over the root itself, everything is the other root's", () => {
    const mounted = createOverlay(container, [{ target: "/", source: host, path: "/" }]);
    expect(listTree(mounted)).toEqual(listTree(host));
    expect(mounted.lookup("/usr/lib/libz.so")).toBeUndefined();
  });

  it("no mounts change nothing", () => {
    expect(listTree(createOverlay(container, []))).toEqual(listTree(container));
  });
});

describe("a root in memory", () => {
  it("implies folders and sorts names by byte", () => {
    const root = rootOf("/b/x", "/B/x", "/a/\xff", "/a/z");
    expect(root.list("/")).toEqual(["B", "a", "b"]);
    expect(root.list("/a")).toEqual(["z", "\xff"]);
    expect(root.lookup("/a")?.kind).toBe("directory");
    expect(root.lookup("/a/")).toBeUndefined();
    expect(root.list("/a/z")).toEqual([]);
  });

  it("has a root folder though it is empty", () => {
    expect(rootOf().lookup("/")?.kind).toBe("directory");
    expect(rootOf().list("/")).toEqual([]);
  });
});

/** How the environment of the image's processes changes what a mount does to them. */
import { describe, expect, test } from "vitest";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { readSettings } from "../../src/mounts/launch.js";

const settings = (env: Record<string, string>) =>
  readSettings(createMemoryRoot(new Map()), { env: new Map(Object.entries(env)), hwcaps: [], limits: {} });

describe("LD_BIND_NOW", () => {
  test.each([
    [{}, false],
    [{ LD_BIND_NOW: "" }, false],
    [{ LD_BIND_NOW: "0" }, true],
    [{ LD_BIND_NOW: "1" }, true],
  ] as const)("%j binds at once: %s", (env, bindNow) => {
    expect(settings(env).bindNow).toBe(bindNow);
  });
});

test("LD_PRELOAD is split at spaces and colons", () => {
  expect(settings({ LD_PRELOAD: "liba.so /opt/b.so:libc.so" }).preload).toEqual(["liba.so", "/opt/b.so", "libc.so"]);
});

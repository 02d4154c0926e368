/** What a cache's name stands for. */
import { describe, expect, test } from "vitest";
import { parseCachePlace } from "../../src/cache/cache-place.js";
import { ContainerspecError } from "../../src/errors.js";

test.each(["layers", "/var/cache/x", "./redis:6379", "redis", "a:b//c"])("%s is a folder", (text) => {
  expect(parseCachePlace(text)).toEqual({ kind: "folder", folder: text });
});

test.each([
  ["redis://store", { host: "store", port: 6379, database: 0, isTls: false, name: "redis://store:6379/0" }],
  ["redis://store/", { host: "store", port: 6379, database: 0, isTls: false, name: "redis://store:6379/0" }],
  ["rediss://store:7000/12", { host: "store", port: 7000, database: 12, isTls: true, name: "rediss://store:7000/12" }],
  ["REDIS://[::1]:7/3", { host: "::1", port: 7, database: 3, isTls: false, name: "redis://[::1]:7/3" }],
  [
    "redis://ci%40x@store",
    { host: "store", port: 6379, database: 0, isTls: false, user: "ci@x", name: "redis://store:6379/0" },
  ],
])("%s is a server", (text, address) => {
  expect(parseCachePlace(text)).toEqual({ kind: "redis", address });
});

describe("refused, and not repeated, since a password may be in it", () => {
  test.each([
    ["redis://", "no host"],
    ["redis:///0", "no host"],
    ["redis://store:99999", "no host and port"],
    ["redis://ci:secret@store/0", "CONTAINERSPEC_CACHE_PASSWORD"],
    ["redis://:secret@store/0", "CONTAINERSPEC_CACHE_PASSWORD"],
    ["redis://store/secret", "database"],
    ["redis://store/0/secret", "database"],
    ["redis://store/-1", "database"],
    ["redis://store?password=secret", "behind ?"],
    ["redis://store#secret", "behind ? or #"],
    ["s3://secret", "s3:// is no store"],
    ["http://secret", "http:// is no store"],
  ])("%s", (text, found) => {
    const error = failureOf(text);
    expect(error).toMatchObject({ code: "usage" });
    expect(error.message).toContain(found);
    expect(error.message).toContain("expected a folder, or redis://");
    expect(error.message).not.toContain("secret");
  });
});

function failureOf(text: string): ContainerspecError {
  try {
    parseCachePlace(text);
  } catch (error) {
    if (error instanceof ContainerspecError) return error;
  }
  throw new Error(`${text} was taken`);
}

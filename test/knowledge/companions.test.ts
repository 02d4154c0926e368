/** What libraries need beside them is data that a person wrote: its shape, its places and its sources are checked here. */
import { expect, test } from "vitest";
import { COMPANION_NEEDS } from "../../src/knowledge/companions.js";
import { LIBDIR, ORIGIN } from "../../src/knowledge/companion-need.js";
import { matchesAnyGlob } from "../../src/rootfs/glob.js";
import { z } from "../../src/schema.js";

const glob = z.string().regex(/^[\w*?.+[\]-]+$/, "a glob over names, without a folder");
const place = z
  .string()
  .refine(
    (path) => [LIBDIR, ORIGIN, ""].some((start) => path.startsWith(`${start}/`)),
    "an absolute path, or one behind a folder",
  )
  .refine((path) => !path.replace(LIBDIR, "").replace(ORIGIN, "").includes("$"), "no other variable");
const facts = {
  id: z.string().regex(/^[a-z0-9-]+$/),
  libraries: z.array(glob).min(1),
  unlessNeeded: z.array(glob).min(1).optional(),
  weight: z.enum(["needed", "useful"]),
  without: z.string().min(15).regex(/[^.]$/),
  isSilent: z.boolean(),
  source: z.string().min(15),
};
const need = z.discriminatedUnion("kind", [
  z.strictObject({
    ...facts,
    kind: z.enum(["plugins", "drivers", "configuration", "data", "socket", "device"]),
    paths: z.array(place).min(1),
  }),
  z.strictObject({ ...facts, kind: z.literal("library"), names: z.array(glob).min(1) }),
  z.strictObject({
    ...facts,
    kind: z.literal("environment"),
    variables: z.array(z.string().regex(/^[A-Z0-9_]+\*?$/)).min(1),
  }),
]);

test("every need says whose it is, what it is, what happens without it, and who says so", () => {
  expect(z.array(need).safeParse(COMPANION_NEEDS).error).toBeUndefined();
});

test("a need is called by a word of its own", () => {
  const ids = COMPANION_NEEDS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  ["libibverbs.so.1", ["libibverbs-providers", "libibverbs-drivers", "libibverbs-devices", "libibverbs-environment"]],
  ["libgbm.so.1.0.0", ["egl-environment", "gbm-backends", "gbm-drivers", "mesa-devices"]],
  ["libmpi_gnu_123.so.12", ["mpich-environment", "cray-mpich-gpu"]],
  ["libz.so.1", []],
  ["libcudart.so.12", []],
])("%s needs %j", (name, ids) => {
  expect(COMPANION_NEEDS.filter(({ libraries }) => matchesAnyGlob(libraries, name)).map(({ id }) => id)).toEqual(ids);
});

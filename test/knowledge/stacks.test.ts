/** What is known of MPI, GPU drivers, networks and runtimes is data that a person wrote: its shape and its sources are checked here. */
import { expect, test } from "vitest";
import { CONTAINER_RUNTIMES } from "../../src/knowledge/container-runtimes.js";
import { KERNEL_MODULES } from "../../src/knowledge/kernel-modules.js";
import { STACK_LIBRARIES } from "../../src/knowledge/stack-libraries.js";
import { z } from "../../src/schema.js";

const source = z.string().min(10);
const word = z.string().regex(/^[a-z0-9-]+$/);
const symbol = z.string().regex(/^\w+$/);
const withGroup = (...groups: readonly string[]) =>
  z.instanceof(RegExp).refine((one) => groups.some((group) => one.source.includes(`(?<${group}>`)));

const library = z.strictObject({
  family: word,
  name: z.string().min(3),
  role: z.enum(["library", "loader", "driver", "provider"]),
  defines: z.array(symbol),
  marks: z
    .strictObject({
      symbols: z.array(symbol).min(1).optional(),
      texts: z.array(z.instanceof(RegExp)).min(1).optional(),
      asksFor: z.instanceof(RegExp).optional(),
      file: z.instanceof(RegExp).optional(),
    })
    .optional(),
  version: z
    .strictObject({
      texts: z.array(withGroup("version", "abi")).min(1).optional(),
      file: withGroup("version").optional(),
    })
    .optional(),
  nodes: withGroup("api").optional(),
  provider: withGroup("provider").optional(),
  source,
});

test("every library says what it is, how it is told, and who says so", () => {
  expect(z.array(library).safeParse(STACK_LIBRARIES).error).toBeUndefined();
});

test("what defines nothing of its own is told by something else", () => {
  for (const { defines, marks } of STACK_LIBRARIES) expect(defines.length > 0 || marks !== undefined).toBe(true);
});

test("a family has one name", () => {
  const names = new Map<string, Set<string>>();
  for (const { family, name } of STACK_LIBRARIES) names.set(family, (names.get(family) ?? new Set()).add(name));
  for (const [, all] of names) expect(all.size).toBe(1);
});

test("a pattern keeps no place from one text to the next", () => {
  for (const { version, marks } of STACK_LIBRARIES) {
    for (const { flags } of [...(version?.texts ?? []), ...(marks?.texts ?? [])]) expect(flags).toBe("");
  }
});

test("a pattern is bounded: on a file that somebody made for it, it takes no longer than on another", () => {
  for (const { version, marks } of STACK_LIBRARIES) {
    const patterns = [...(version?.texts ?? []), ...(marks?.texts ?? [])];
    for (const { source: text } of patterns) expect(text.replace(/\\./g, "")).not.toMatch(/[+*]|\{\d+,\}/);
  }
});

test("kernel modules are those of stacks, each with its source", () => {
  const families = new Set(STACK_LIBRARIES.map(({ family }) => family));
  for (const one of KERNEL_MODULES) {
    expect([...families, "mpi"]).toContain(one.family);
    expect(source.safeParse(one.source).success).toBe(true);
  }
});

const injection = z
  .strictObject({
    what: z.string().min(3),
    by: z.string().min(3),
    placement: z.enum(["over", "first", "last"]),
    folder: z.string().startsWith("/").optional(),
    ldCache: z.enum(["shipped", "regenerated"]),
    since: z.string().optional(),
    until: z.string().optional(),
    source,
  })
  .refine(({ placement, folder }) => placement === "over" || folder !== undefined, "a searched folder has a name");

test("every runtime says where it puts what, and who says so", () => {
  const runtime = z.strictObject({
    name: z.string().min(3),
    programs: z.array(z.string()).min(1),
    isScript: z.literal(true).optional(),
    packages: z.array(z.string()).min(1),
    injections: z.array(injection).min(1),
  });
  expect(z.array(runtime).safeParse(CONTAINER_RUNTIMES).error).toBeUndefined();
});

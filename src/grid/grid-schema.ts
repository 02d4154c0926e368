/**
 * What a grid file may say. The published schema (docs/grid-file.schema.json) is made from this one. Every scalar is read as the text that
 * stands in the file. What becomes a line of a Dockerfile, or a word of a shell, may hold no line's end: one line would become two.
 */
import { z } from "../schema.js";
import { MANAGERS } from "./package-managers.js";

const PLACEMENTS = ["over", "first", "last"] as const;
const COMPANIONS = ["none", "missing", "all"] as const;

const line = z.string().regex(/^[^\p{Cc}]*\S[^\p{Cc}]*$/u, "expected some text in one line");
const cellName = z
  .string()
  .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, "expected a name of small letters and digits, with . _ or - between them");
const word = z.string().regex(/^[^\p{Cc}\s]+$/u, "expected one word, without blanks");
const path = z.string().regex(/^[^\p{Cc}\s]+$/u, "expected a path without blanks, which no definition file can have");
// A backslash at the end would take in the next line, and a percent sign at the beginning begins a section of a definition file.
const command = z
  .string()
  .regex(/^(?![\s%])[^\p{Cc}]*[^\p{Cc}\s\\]$/u, "expected a command in one line, which ends there");
const packageName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9+._:=~@/-]*$/, "expected the name of a package, such as libopenmpi-dev");
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of a variable");

const packages = z.array(packageName);
const byManager = z
  .strictObject(Object.fromEntries(MANAGERS.map((name) => [name, packages.optional()])) as ByManagerShape)
  .meta({ description: "packages by who installs them" });
type ByManagerShape = Record<(typeof MANAGERS)[number], z.ZodOptional<typeof packages>>;

const env = z.record(variableName, line).meta({ description: "variables of the build and of the container" });
const run = z
  .array(command)
  .meta({ description: "commands of a shell, run one after another while the image is built" });

const base = z
  .strictObject({
    from: word.meta({ description: "the image that it is built on, such as debian:bookworm-slim" }),
    manager: z.enum(MANAGERS).meta({ description: "what installs packages there" }),
    packages: packages.optional().meta({ description: "packages for this base alone" }),
    env: env.optional(),
    run: run.optional(),
  })
  .meta({ description: "an image that it is built on" });

const mpi = z
  .strictObject({ packages: byManager.optional(), env: env.optional(), run: run.optional() })
  .meta({ description: "an MPI that it is built with" });

const copy = z
  .strictObject({
    from: path.meta({ description: "a file or folder of the build's context" }),
    to: path.meta({ description: "its place in the image" }),
  })
  .meta({ description: "files that are copied into the image before the commands run" });

const exclusion = z
  .strictObject({ base: cellName.optional(), mpi: cellName.optional(), architecture: cellName.optional() })
  .meta({ description: "cells that are left out: those that have all that is named" });

const mount = z
  .strictObject({
    libraries: z
      .array(line)
      .min(1)
      .optional()
      .meta({ description: "as --library of analyze; those that the host has" }),
    binds: z.array(line).min(1).optional().meta({ description: "as --mount of analyze: source:target" }),
    placement: z
      .enum(PLACEMENTS)
      .optional()
      .meta({ description: "as --placement of analyze; over where it is left out" }),
    companions: z
      .enum(COMPANIONS)
      .optional()
      .meta({ description: "as --companions of analyze; none where it is left out" }),
    consumers: z
      .array(line)
      .min(1)
      .optional()
      .meta({ description: "as --consumer of analyze; all where it is left out" }),
    env: env.optional(),
  })
  .meta({ description: "what is mounted from each host into each image, judged as one set" });

export const gridSchema = z.strictObject({
  $schema: z.string().optional().meta({ description: "where this schema is, for editors" }),
  name: cellName.meta({ description: "what the container is called" }),
  bases: z.record(cellName, base).meta({ description: "by name: what it is built on" }),
  mpi: z.record(cellName, mpi).optional().meta({ description: "by name: the MPIs that it is built with" }),
  architectures: z
    .array(cellName)
    .min(1)
    .optional()
    .meta({ description: "as OCI spells them: amd64, arm64; amd64 where it is left out" }),
  exclude: z.array(exclusion).optional(),
  packages: byManager.optional(),
  copy: z.array(copy).optional(),
  env: env.optional(),
  run: run.optional(),
  entrypoint: z.array(line).min(1).optional().meta({ description: "what the container starts" }),
  labels: z.record(word, line).optional().meta({ description: "labels of every image" }),
  images: line.optional().meta({
    description: "where the image of a cell lies, with {name}, {base}, {mpi} and {architecture}; relative to this file",
  }),
  hosts: z
    .array(line)
    .min(1)
    .optional()
    .meta({ description: "profiles, root folders or images, relative to this file; where --host names none" }),
  mounts: z.record(cellName, mount).optional().meta({ description: "by name: what is mounted from the hosts" }),
});

export type GridText = z.infer<typeof gridSchema>;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  bases: Object.keys(base.shape),
  mpi: Object.keys(mpi.shape),
  exclude: Object.keys(exclusion.shape),
  copy: Object.keys(copy.shape),
  mounts: Object.keys(mount.shape),
};

/** The keys that there are below a path. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  if (path.at(-1) === "packages") return MANAGERS;
  return path.length === 0 ? Object.keys(gridSchema.shape) : (KEYS[String(path[0])] ?? []);
}

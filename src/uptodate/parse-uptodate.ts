/** The text of an uptodate.yaml to what it asks for. What does not fit together is an error with its line, before anybody is asked. */
import { parseReference } from "../dockerfile/reference.js";
import { ContainerspecError } from "../errors.js";
import { findNearestWord } from "../nearest-word.js";
import { parseYaml, type YamlDocument } from "../yaml.js";
import { describeFaults, listFaults, type Fault, type FaultPath } from "../yaml-faults.js";
import { zipArgs } from "./combine-args.js";
import type { ArgValues, BuildArg, BuildMatrix, UptodateFile, VersionChoice } from "./uptodate-file.js";
import { knownKeys, uptodateSchema, type UptodateText } from "./uptodate-schema.js";

/** Two or three numbers somewhere: what uptodate takes of an image's tags where no filter is written. */
const USUAL_TAGS = /[0-9]+[.][0-9]+(?:[.][0-9]+)?/u;

type BuildText = NonNullable<UptodateText["dockerbuild"]>;
type ArgText = BuildText["build_args"][string];
type ChoiceText = Pick<ArgText, "filter" | "startat" | "endat" | "skips" | "includes">;

/**
 * @param source the file, for messages
 * @throws ContainerspecError not-an-uptodate-file, with every fault up to five
 */
export function parseUptodate(text: string, source: string): UptodateFile {
  const document = parseYaml(text, { scalars: "text" });
  if (document.kind === "fault") throw refuse(source, [document]);
  const lost = findLostArgs(document);
  if (lost.length > 0) throw refuse(source, lost);
  const read = uptodateSchema.safeParse(document.value);
  if (!read.success) throw refuse(source, listFaults(read.error.issues, document, knownKeys));
  const faults = findMisfits(read.data, document);
  if (faults.length > 0) throw refuse(source, faults);
  const { dockerhierarchy, dockerbuild } = read.data;
  return {
    source,
    ...(dockerhierarchy === undefined
      ? {}
      : {
          hierarchy: {
            name: dockerhierarchy.container.name,
            choice: toChoice(dockerhierarchy.container, [USUAL_TAGS]),
          },
        }),
    ...(dockerbuild === undefined ? {} : { builds: toMatrix(dockerbuild) }),
  };
}

function refuse(source: string, faults: readonly Fault[]): ContainerspecError {
  return new ContainerspecError(
    "not-an-uptodate-file",
    `Cannot use ${source}: ${describeFaults(faults)}; docs/uptodate.md has all keys`,
    { path: source },
  );
}

/** The one key that a schema passes over, so that an ARG of that name would vanish without a word. */
const LOST_KEY = "__proto__";

function findLostArgs({ value, placeOf }: YamlDocument): readonly Fault[] {
  const builds = findOwn(value, "dockerbuild");
  return ["build_args", "matrix", "exclude"].flatMap((key) => {
    if (findOwn(findOwn(builds, key), LOST_KEY) === undefined) return [];
    const path = ["dockerbuild", key, LOST_KEY];
    return [{ message: `${path.join(".")}: no ARG can be called that`, place: placeOf(path) }];
  });
}

function findOwn(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

type At = (path: FaultPath, message: string) => Fault;

function findMisfits({ dockerhierarchy, dockerbuild }: UptodateText, { placeOf }: YamlDocument): readonly Fault[] {
  const at: At = (path, message) => ({
    message: path.length === 0 ? message : `${path.join(".")}: ${message}`,
    place: placeOf(path),
  });
  if (dockerhierarchy === undefined && dockerbuild === undefined)
    return [at([], "it has neither dockerhierarchy nor dockerbuild")];
  return [
    ...(dockerhierarchy === undefined ? [] : findNameFaults(dockerhierarchy.container.name, at)),
    ...(dockerbuild === undefined ? [] : [...findArgFaults(dockerbuild, at), ...findListFaults(dockerbuild, at)]),
  ];
}

function findNameFaults(name: string, at: At): readonly Fault[] {
  const reference = parseReference(name);
  if (reference !== undefined && reference.tag === undefined && reference.digest === undefined) return [];
  return [at(["dockerhierarchy", "container", "name"], `found ${name}, expected the name of an image without a tag`)];
}

/** An ARG has to get its values from somewhere; where there is a matrix, from that. */
function findArgFaults({ build_args: args, matrix }: BuildText, at: At): readonly Fault[] {
  if (Object.keys(args).length === 0)
    return [at(["dockerbuild", "build_args"], "it is empty, expected at least one ARG")];
  if (matrix !== undefined) return [];
  return Object.entries(args).flatMap(([arg, { type = "manual", name, key, versions, values }]) => {
    const path = ["dockerbuild", "build_args", arg];
    if (type === "manual")
      return (versions ?? values) === undefined ? [at(path, "it has no versions, and there is no matrix")] : [];
    if (type === "spack")
      return (name ?? key) === undefined ? [at(path, "it has no name, expected that of a package")] : [];
    if (name === undefined) return [at(path, "it has no name, expected that of an image")];
    const reference = parseReference(name);
    return reference === undefined || reference.digest !== undefined
      ? [at([...path, "name"], `found ${name}, expected the name of an image without a digest`)]
      : [];
  });
}

/** Lists that are read side by side are of one length, and are those of ARG that there are. */
function findListFaults({ build_args: args, ...lists }: BuildText, at: At): readonly Fault[] {
  const known = Object.keys(args);
  return (["matrix", "exclude"] as const).flatMap((key) => {
    const entries = Object.entries(lists[key] ?? {});
    if (lists[key] !== undefined && entries.length === 0)
      return [at(["dockerbuild", key], "it is empty, expected lists of values")];
    const unknown = entries.flatMap(([arg]) => {
      if (known.includes(arg)) return [];
      const near = findNearestWord(arg, known);
      const hint = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`;
      return [at(["dockerbuild", key, arg], `there is no such ARG in build_args; ${hint}`)];
    });
    const [first, ...rest] = entries;
    const other = rest.find(([, values]) => values.length !== first?.[1].length);
    if (first === undefined || other === undefined) return unknown;
    const message = `${first[0]} has ${first[1].length} values and ${other[0]} ${other[1].length}, expected lists of one length`;
    return [...unknown, at(["dockerbuild", key], message)];
  });
}

function toMatrix({
  active,
  build_args: args,
  matrix,
  exclude = {},
  container_basename: basename,
}: BuildText): BuildMatrix {
  // What the matrix leaves out is not built with at all.
  const used = Object.entries(args).filter(([arg]) => matrix === undefined || Object.hasOwn(matrix, arg));
  return {
    isActive: active !== "false",
    args: used.map(([arg, text]): BuildArg => {
      const values =
        matrix === undefined ? toValues(text) : ({ kind: "matrix", isContainer: text.type === "container" } as const);
      return { arg, slug: toSlug(arg, text), values };
    }),
    ...(matrix === undefined ? {} : { matrix: zipArgs(matrix) }),
    exclude: zipArgs(exclude),
    ...(basename === undefined ? {} : { basename }),
  };
}

/** Of an image without a key its last word: `ghcr.io/rse-ops/ubuntu:22.04` is ubuntu. */
function toSlug(arg: string, { key, name }: ArgText): string {
  return key ?? name?.split("/").at(-1)?.split(/[:@]/)[0] ?? arg;
}

function toValues(text: ArgText): ArgValues {
  const { type = "manual", name = text.key ?? "", versions = [], values = [] } = text;
  if (type === "manual") return { kind: "manual", values: [...new Set([...values, ...versions])] };
  if (type === "spack") return { kind: "spack", name, choice: toChoice(text, []) };
  const { tag, name: bare = name } = parseReference(name) ?? {};
  return { kind: "container", name: bare, ...(tag === undefined ? {} : { tag }), choice: toChoice(text, [USUAL_TAGS]) };
}

function toChoice(
  { filter = [], startat, endat, skips = [], includes = [] }: ChoiceText,
  usual: readonly RegExp[],
): VersionChoice {
  return {
    filter: filter.length === 0 ? usual : filter.map((text) => new RegExp(text, "u")),
    ...(startat === undefined ? {} : { startAt: startat }),
    ...(endat === undefined ? {} : { endAt: endat }),
    skips,
    includes,
  };
}

/** The text of a grid file to a Grid. What does not fit together is an error with its line, before anything is written or judged. */
import { ContainerspecError } from "../errors.js";
import { findNearestWord } from "../nearest-word.js";
import { parseYaml, type YamlDocument } from "../yaml.js";
import { describeFaults, listFaults, type Fault, type FaultPath } from "../yaml-faults.js";
import { combine, type Combination } from "./combine.js";
import type { Grid, GridMount } from "./grid.js";
import { gridSchema, knownKeys, type GridText } from "./grid-schema.js";

const PLACEHOLDERS = ["name", "base", "mpi", "architecture"];

/**
 * @param source the file, for messages
 * @throws ContainerspecError not-a-grid, with every fault up to five
 */
export function parseGrid(text: string, source: string): Grid {
  const document = parseYaml(text, { scalars: "text" });
  if (document.kind === "fault") throw refuse(source, [document]);
  const read = gridSchema.safeParse(document.value);
  if (!read.success) throw refuse(source, listFaults(read.error.issues, document, knownKeys));
  const combined = combine(read.data);
  const faults = [...findUnknownNames(read.data, document), ...findMisfits(read.data, combined, document)];
  if (faults.length > 0) throw refuse(source, faults);
  return {
    source,
    name: read.data.name,
    ...combined,
    hosts: read.data.hosts ?? [],
    mounts: Object.entries(read.data.mounts ?? {}).map(([name, mount]) => toMount(name, mount)),
  };
}

function refuse(source: string, faults: readonly Fault[]): ContainerspecError {
  return new ContainerspecError(
    "not-a-grid",
    `Cannot use the grid ${source}: ${describeFaults(faults)}; docs/grid.md has all keys`,
    { path: source },
  );
}

/** What is excluded must be there, or a slip of the pen would leave it in. */
function findUnknownNames(
  { bases, mpi = {}, architectures, exclude = [] }: GridText,
  { placeOf }: YamlDocument,
): Fault[] {
  const known = { base: Object.keys(bases), mpi: Object.keys(mpi), architecture: architectures ?? ["amd64"] };
  return exclude.flatMap((exclusion, index) =>
    (["base", "mpi", "architecture"] as const).flatMap((key) => {
      const found = exclusion[key];
      if (found === undefined || known[key].includes(found)) return [];
      const near = findNearestWord(found, known[key]);
      const hint = near === undefined ? `expected one of ${known[key].join(", ")}` : `did you mean ${near}?`;
      return [{ message: `there is no ${key} ${found}; ${hint}`, place: placeOf(["exclude", index, key]) }];
    }),
  );
}

function findMisfits(text: GridText, { recipes, cells }: Combination, { placeOf }: YamlDocument): Fault[] {
  const at = (message: string, path: FaultPath): Fault => ({ message, place: placeOf(path) });
  const mounts = Object.entries(text.mounts ?? {}).flatMap(([name, { libraries, binds }]) =>
    (libraries ?? binds) === undefined
      ? [at(`mounts.${name}: it names nothing, expected libraries or binds`, ["mounts", name])]
      : [],
  );
  const empty = cells.length === 0 ? [at("it has no cell: there is no base, or all are excluded", ["bases"])] : [];
  return [...empty, ...findUnnamedPackages(text, recipes, at), ...mounts, ...findImageFaults(text, cells, at)];
}

type At = (message: string, path: FaultPath) => Fault;

/** Packages that are named for some package managers, and not for that of a base: an image would lack them in silence. */
function findUnnamedPackages({ packages, mpi = {} }: GridText, recipes: Combination["recipes"], at: At): Fault[] {
  const asked = recipes.flatMap((recipe) => [
    { lists: packages, path: ["packages"], recipe },
    ...(recipe.mpi === undefined
      ? []
      : [{ lists: mpi[recipe.mpi]?.packages, path: ["mpi", recipe.mpi, "packages"], recipe }]),
  ]);
  const faults = asked.flatMap(({ lists, path, recipe: { manager, base } }) =>
    lists === undefined || lists[manager] !== undefined
      ? []
      : [
          at(
            `${path.join(".")}: there is nothing for ${manager}, which the base ${base} has; expected a list, which may be empty`,
            path,
          ),
        ],
  );
  return [...new Map(faults.map((fault) => [fault.message, fault])).values()];
}

function findImageFaults({ images }: GridText, cells: Combination["cells"], at: At): Fault[] {
  const unknown = [...(images ?? "").matchAll(/\{([^{}]*)\}/g)]
    .map(([, word = ""]) => word)
    .filter((word) => !PLACEHOLDERS.includes(word));
  if (unknown.length > 0) {
    const places = PLACEHOLDERS.map((word) => `{${word}}`).join(", ");
    return [at(`images: there is no {${unknown[0] ?? ""}}; expected ${places}`, ["images"])];
  }
  const seen = new Map<string, string>();
  for (const { name, image } of cells) {
    if (image === undefined) continue;
    const other = seen.get(image);
    if (other !== undefined) return [at(`images: ${other} and ${name} would both be ${image}`, ["images"])];
    seen.set(image, name);
  }
  return [];
}

function toMount(name: string, mount: NonNullable<GridText["mounts"]>[string]): GridMount {
  const { libraries = [], binds = [], placement = "over", companions = "none", consumers = [], env = {} } = mount;
  return { name, libraries, binds, placement, companions, consumers, env: new Map(Object.entries(env)) };
}

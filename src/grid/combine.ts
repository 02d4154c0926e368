/** Every base with every MPI, and each of those on every architecture, but for what is excluded. */
import type { GridCell, Recipe } from "./grid.js";
import type { GridText } from "./grid-schema.js";

export interface Combination {
  /** those that are built on some architecture */
  readonly recipes: readonly Recipe[];
  readonly cells: readonly GridCell[];
}

type Base = GridText["bases"][string];
type Mpi = NonNullable<GridText["mpi"]>[string];

/** In the order of the file: bases first, then MPIs, then architectures. */
export function combine(text: GridText): Combination {
  const { name, bases, mpi = {}, architectures = ["amd64"], exclude = [], images } = text;
  const kinds: readonly (readonly [string, Mpi] | undefined)[] =
    Object.keys(mpi).length === 0 ? [undefined] : Object.entries(mpi);
  const cells = Object.entries(bases).flatMap((base) =>
    kinds.flatMap((kind) => {
      const recipe = toRecipe(text, base, kind);
      return architectures
        .filter((architecture) => !exclude.some((one) => isExcluded(one, recipe, architecture)))
        .map((architecture) => ({
          name: `${recipe.name}-${architecture}`,
          recipe,
          architecture,
          ...(images === undefined ? {} : { image: toImage(images, { name, recipe, architecture }) }),
        }));
    }),
  );
  return { cells, recipes: [...new Set(cells.map(({ recipe }) => recipe))] };
}

function isExcluded(
  exclusion: NonNullable<GridText["exclude"]>[number],
  { base, mpi }: Recipe,
  architecture: string,
): boolean {
  const has: Readonly<Record<string, string | undefined>> = { base, mpi, architecture };
  const wanted = Object.entries(exclusion).filter(([, value]) => value !== undefined);
  return wanted.length > 0 && wanted.every(([key, value]) => has[key] === value);
}

function toRecipe(
  text: GridText,
  [baseName, base]: readonly [string, Base],
  mpi: readonly [string, Mpi] | undefined,
): Recipe {
  const { from, manager } = base;
  const [mpiName, kind] = mpi ?? [undefined, undefined];
  const packages = [
    ...(text.packages?.[manager] ?? []),
    ...(base.packages ?? []),
    ...(kind?.packages?.[manager] ?? []),
  ];
  return {
    name: mpiName === undefined ? baseName : `${baseName}-${mpiName}`,
    base: baseName,
    ...(mpiName === undefined ? {} : { mpi: mpiName }),
    from,
    manager,
    packages: [...new Set(packages)],
    env: new Map([base.env, kind?.env, text.env].flatMap((env) => Object.entries(env ?? {}))),
    copy: text.copy ?? [],
    run: [...(base.run ?? []), ...(kind?.run ?? []), ...(text.run ?? [])],
    entrypoint: text.entrypoint ?? [],
    labels: new Map(Object.entries(text.labels ?? {})),
  };
}

function toImage(
  pattern: string,
  { name, recipe, architecture }: { readonly name: string; readonly recipe: Recipe; readonly architecture: string },
): string {
  const words: Readonly<Record<string, string>> = { name, base: recipe.base, mpi: recipe.mpi ?? "", architecture };
  return pattern.replace(/\{([^{}]*)\}/g, (whole, word: string) => words[word] ?? whole);
}

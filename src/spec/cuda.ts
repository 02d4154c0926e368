/**
 * What an image says that it needs of an NVIDIA driver: NVIDIA_REQUIRE_*, as NVIDIA's container toolkit reads it, and a libcuda of its
 * own for drivers that are older than its CUDA (forward compatibility). In a variable blanks mean "or" and commas "and"; all variables
 * together must hold.
 */
export interface CudaNeed {
  /** NAME=VALUE, sorted */
  readonly requirements: readonly string[];
  /** NVIDIA_DISABLE_REQUIRE is set: nobody looks */
  readonly isDisabled: boolean;
  /** the folder of a libcuda for forward compatibility */
  readonly compat?: string;
}

/** The answer to a requirement: undefined where it asks for what is not known. */
export type Holds = boolean | undefined;

/** @param env of the image */
export function readCudaNeed(env: ReadonlyMap<string, string>, compat: string | undefined): CudaNeed | undefined {
  const requirements = [...env].filter(([name]) => name.startsWith("NVIDIA_REQUIRE_")).map(([k, v]) => `${k}=${v}`);
  if (requirements.length === 0 && compat === undefined) return undefined;
  const disabled = env.get("NVIDIA_DISABLE_REQUIRE") ?? "";
  return {
    requirements: requirements.sort(),
    // strconv.ParseBool, as the toolkit reads it
    isDisabled: /^(?:1|t|T|TRUE|true|True)$/.test(disabled),
    ...(compat === undefined ? {} : { compat }),
  };
}

/**
 * Whether all of them hold.
 *
 * @param known "cuda" and "driver" to their releases; what is not there is not known
 */
export function holdsAll(requirements: readonly string[], known: ReadonlyMap<string, string>): Holds {
  return and(
    requirements.map((one) => {
      const value = one.slice(one.indexOf("=") + 1);
      const choices = value.split(" ").filter((choice) => choice !== "");
      return or(choices.map((choice) => and(choice.split(",").map((text) => holdsOne(text, known)))));
    }),
  );
}

function holdsOne(text: string, known: ReadonlyMap<string, string>): Holds {
  const [, name = "", operator = "", wanted = ""] = /^(\w+)(!=|<=|>=|=|<|>)(.+)$/.exec(text.trim()) ?? [];
  const found = known.get(name);
  if (found === undefined) return undefined;
  const order = compareReleases(found, wanted);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Releases as numbers with dots: 12.10 is newer than 12.9. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const at = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i).find(
    (i) => (left[i] ?? 0) !== (right[i] ?? 0),
  );
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function and(all: readonly Holds[]): Holds {
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

function or(all: readonly Holds[]): Holds {
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : all.length === 0;
}

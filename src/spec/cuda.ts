/**
 * What an image says that it needs of an NVIDIA driver: NVIDIA_REQUIRE_*, as NVIDIA's container toolkit reads it, and a libcuda of its
 * own for drivers that are older than its CUDA (forward compatibility). In a variable blanks mean "or" and commas "and"; all variables
 * together must hold. Source: internal/config/image/cuda_image.go and internal/requirements of nvidia-container-toolkit.
 */
import type { CudaCompat } from "./cuda-compat.js";
import { compareReleases } from "./releases.js";

export interface CudaNeed {
  /** NAME=VALUE, sorted */
  readonly requirements: readonly string[];
  /** NVIDIA_DISABLE_REQUIRE is set: nobody looks */
  readonly isDisabled: boolean;
  /** a libcuda for forward compatibility */
  readonly compat?: CudaCompat;
}

/** What is said of Jetson's system is no condition. */
const REQUIREMENT = /^NVIDIA_REQUIRE_(?!JETPACK)/;
const LEGACY = "CUDA_VERSION";
const RELEASE = /^\d+(?:\.\d+)*$/;

/** The answer to a requirement: undefined where it asks for what is not known. */
export type Holds = boolean | undefined;

/** @param env of the image */
export function readCudaNeed(env: ReadonlyMap<string, string>, compat: CudaCompat | undefined): CudaNeed | undefined {
  const requirements = [...env].filter(([name]) => REQUIREMENT.test(name)).map(([k, v]) => `${k}=${v}`);
  // Images of the first years have no other word for it, and a release of three numbers counts with two.
  const [release] = /^\d+\.\d+/.exec(env.get(LEGACY) ?? "") ?? [];
  if (release !== undefined && (env.get("NVIDIA_REQUIRE_CUDA") ?? "") === "")
    requirements.push(`${LEGACY}=cuda>=${release}`);
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
  return and(requirements.map((one) => holdsValue(one.slice(one.indexOf("=") + 1), known)));
}

function holdsValue(value: string, known: ReadonlyMap<string, string>): Holds {
  const choices = value.split(" ").flatMap((choice) => {
    const conditions = choice.split(",").flatMap((text) => {
      const holds = holdsOne(text, known);
      return holds === "ignored" ? [] : [holds];
    });
    return conditions.length === 0 ? [] : [and(conditions)];
  });
  return or(choices);
}

/** What the toolkit knows of a machine; what is said of anything else it passes over. */
const PROPERTIES = /^(cuda|driver|arch|brand)$/;

/** @returns "ignored" where the toolkit passes over it */
function holdsOne(text: string, known: ReadonlyMap<string, string>): Holds | "ignored" {
  if (text.trim() === "") return "ignored";
  const [, name = "", operator = "", wanted = ""] = /^([^<>=!]*)(!=|<=|>=|=|<|>)(.*)$/.exec(text) ?? [];
  if (operator !== "" && !PROPERTIES.test(name)) return "ignored";
  const found = known.get(name);
  // What is no release the toolkit stumbles over, in one way or another.
  if (found === undefined || !RELEASE.test(wanted)) return undefined;
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

function and(all: readonly Holds[]): Holds {
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

function or(all: readonly Holds[]): Holds {
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : all.length === 0;
}

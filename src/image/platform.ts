/**
 * Platforms as users and images write them, and which image is the best for one. Names are normalised as containerd does (x86_64
 * is amd64, arm64/v8 is arm64), and a variant that is not told is the architecture's usual one, on both sides.
 * Mirrors Normalize and platformVector of containerd's platforms package.
 */
import { ContainerspecError } from "../errors.js";
import type { Platform } from "./documents.js";

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
  armv5l: "arm",
  armv6l: "arm",
  armv7l: "arm",
  i386: "386",
  i686: "386",
  ppc64el: "ppc64le",
  loongarch64: "loong64",
  mipsel: "mipsle",
  mips64el: "mips64le",
};
/** Names of an architecture that tell a variant as well. */
const NAMED_VARIANTS: Readonly<Record<string, string>> = {
  armhf: "v7",
  armel: "v6",
  armv5l: "v5",
  armv6l: "v6",
  armv7l: "v7",
};
/** Variants that mean what the architecture means without one. */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: "v8", amd64: "v1", arm: "v7" };
/** The lowest version of an architecture that has versions. */
const FIRST_VERSIONS: Readonly<Record<string, number>> = { amd64: 1, arm: 5 };

/** "linux/arm64/v8" as a platform. @throws ContainerspecError usage */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...more] = text.split("/");
  if (os === undefined || os === "" || architecture === undefined || architecture === "" || more.length > 0) {
    throw new ContainerspecError(
      "usage",
      `Cannot use --platform ${text}: expected os/arch or os/arch/variant, such as linux/amd64`,
    );
  }
  return normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

/** A platform in containerd's normal form: amd64 for x86_64, and no variant where it is the usual one. */
export function normalizePlatform({ os, architecture, variant }: Platform): Platform {
  const lower = architecture.toLowerCase();
  const name = ARCHITECTURES[lower] ?? lower;
  const given = variant?.toLowerCase().replace(/^(\d)/, "v$1") ?? NAMED_VARIANTS[lower];
  return {
    os: os.toLowerCase(),
    architecture: name,
    ...(given === undefined || given === DEFAULT_VARIANTS[name] ? {} : { variant: given }),
  };
}

/**
 * How well an image of `offered` serves who wants `wanted`: 0 for the very variant, 1 for the next lower one, and so on; undefined
 * where it does not. A runtime takes the best and not the first.
 */
export function rankPlatform(wanted: Platform, offered: Platform): number | undefined {
  const [a, b] = [normalizePlatform(wanted), normalizePlatform(offered)];
  if (a.os !== b.os || a.architecture !== b.architecture) return undefined;
  const rank = listVariants(a).indexOf(variantOf(b));
  return rank === -1 ? undefined : rank;
}

export function toPlatformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** The variants whose programs a machine of this platform runs, its own first. */
function listVariants(platform: Platform): readonly string[] {
  const { architecture } = platform;
  const own = variantOf(platform);
  const [, major, minor] = /^v(\d{1,2})(?:\.(\d{1,2}))?$/.exec(own) ?? [];
  if (major === undefined) return [own];
  if (architecture === "arm64") return [own, ...listArm64Below(Number(major), Number(minor ?? 0))];
  const first = FIRST_VERSIONS[architecture];
  if (first === undefined || minor !== undefined) return [own];
  return Array.from({ length: Math.max(1, Number(major) - first + 1) }, (_, step) => `v${Number(major) - step}`);
}

/** v9.x has all that v8.(x+5) has: Arm Architecture Reference Manual, A2.4. */
function listArm64Below(major: number, minor: number): readonly string[] {
  if (major < 8) return [];
  const lower = Array.from({ length: minor }, (_, step) => minor - 1 - step);
  const own = lower.map((one) => (one === 0 ? `v${major}` : `v${major}.${one}`));
  return major === 9 ? [...own, `v8.${minor + 5}`, ...listArm64Below(8, minor + 5)] : own;
}

function variantOf({ architecture, variant }: Platform): string {
  return variant ?? DEFAULT_VARIANTS[architecture] ?? "";
}

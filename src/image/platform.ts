/**
 * Platforms as users and images write them. Names are normalised as containerd does (x86_64 is amd64, arm64/v8 is arm64); a
 * variant that was asked for must match, one that was not does not matter.
 */
import { ContainerspecError } from "../errors.js";
import type { Platform } from "./documents.js";

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
  i386: "386",
  i686: "386",
  ppc64el: "ppc64le",
};
/** Variants that mean what the architecture means without one. */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: "v8", amd64: "v1", arm: "v7" };

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
  const given = variant?.toLowerCase().replace(/^(\d)/, "v$1") ?? (lower === "armel" ? "v6" : undefined);
  return {
    os: os.toLowerCase(),
    architecture: name,
    ...(given === undefined || given === DEFAULT_VARIANTS[name] ? {} : { variant: given }),
  };
}

/** Whether an image of `offered` is what `wanted` asks for. */
export function matchesPlatform(wanted: Platform, offered: Platform): boolean {
  const [a, b] = [normalizePlatform(wanted), normalizePlatform(offered)];
  return a.os === b.os && a.architecture === b.architecture && (a.variant === undefined || a.variant === b.variant);
}

export function toPlatformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

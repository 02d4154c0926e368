/**
 * Loaders before 2.37 look for copies of a library in folders named after the hardware: thread-local storage (`tls`), the platform
 * that the kernel names, and capabilities of the CPU, in any combination, below every folder that they search. ldconfig enters
 * such copies in its cache with a bit for each word. Some words mean every CPU of a machine; what the others say depends on the
 * model: where that is not known, a copy in one of them may be taken or not.
 * Sources: _dl_important_hwcaps of elf/dl-hwcaps.c, dl-procinfo.h and dl-hwcap.h of the ports, releases 2.17 to 2.36.
 */
import { EM_386, EM_AARCH64, EM_ARM, EM_PPC, EM_PPC64, EM_S390, EM_X86_64 } from "../elf/machine-numbers.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { joinPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { isAtLeast, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { HardwareBits } from "./ld-cache.js";

type Machine = Pick<LoaderIdentity, "abi" | "version" | "platform" | "capabilities">;

/** bit 62, in the upper half: an entry of a glibc-hwcaps folder, which is told apart by its name */
const EXTENSION_HIGH = 0x40000000;
/** bit 63, in the upper half: a folder `tls` */
const TLS_HIGH = 0x80000000;
/** HWCAP_X86_64, a capability that every x86-64 CPU has, in the lower half */
const X86_64_LOW = 2;

const POWER = ["altivec", "dfp", "vsx", "ppc970", "power4", "power5", "power5+", "power6", "power6x"].concat([
  "power7",
  "power8",
  "power9",
  "power10",
  "cell",
  "ppca2",
]);

/** Words that a loader uses on some CPUs of a machine and not on others. */
const WORDS_OF_SOME: ReadonlyMap<number, readonly string[]> = new Map([
  [EM_X86_64, ["haswell", "xeon_phi", "avx512_1"]],
  [EM_ARM, ["vfp", "neon"]],
  [EM_AARCH64, ["atomics"]],
  [EM_PPC, POWER],
  [EM_PPC64, POWER],
  [EM_S390, ["z900", "z990", "z9-109", "z10", "z196", "zEC12", "z13", "z14", "z15", "ldisp", "eimm", "dfp"]],
]);

/** The words that this CPU is known to stand for, or every CPU of the machine, as the loader combines them: capabilities first, then the platform. */
function wordsOfAll({ platform, abi, capabilities }: LoaderIdentity): readonly string[] {
  if (platform === undefined) return [];
  if (capabilities !== undefined) return [...capabilities, platform];
  // A capability with the platform's own name; and SSE2, which everything has that runs a container today.
  if (abi.machine === EM_X86_64 && abi.class === 64) return [platform, platform];
  if (abi.machine === EM_386) return ["sse2", platform];
  return [platform];
}

/** The subfolders that are tried below every folder, first to last, whatever the CPU; none since 2.37. */
export function hardwareSubfolders(identity: LoaderIdentity): readonly string[] {
  if (!isOlderThan(identity.version, 2, 37)) return [];
  const words = [...wordsOfAll(identity), "tls"];
  const all: string[] = [];
  for (let mask = 2 ** words.length - 1; mask > 0; mask -= 1) {
    const chosen = words.filter((_, bit) => (mask & (1 << bit)) !== 0);
    all.push(chosen.reverse().join("/"));
  }
  return [...new Set(all)];
}

/** The subfolders of `folder` that the loader may look into, depending on the model of the CPU. */
export function findUncertainFolders(
  root: RootFilesystem<unknown>,
  identity: LoaderIdentity,
  folder: string,
): readonly string[] {
  const ofSome = WORDS_OF_SOME.get(identity.abi.machine);
  if (ofSome === undefined || identity.capabilities !== undefined || !isOlderThan(identity.version, 2, 37)) return [];
  const ofAll = [...wordsOfAll(identity), "tls"];
  const found: string[] = [];
  const look = (path: string, isUncertain: boolean, words: readonly string[]): void => {
    for (const word of new Set(words)) {
      const below = joinPath(path, word);
      if (resolvePath(root, below)?.node.kind !== "directory") continue;
      const isNowUncertain = isUncertain || ofSome.includes(word);
      if (isNowUncertain) found.push(below);
      // Each word stands once in a path (a capability and the platform may share theirs).
      const at = words.indexOf(word);
      look(below, isNowUncertain, [...words.slice(0, at), ...words.slice(at + 1)]);
    }
  };
  look(folder, false, [...ofAll, ...ofSome]);
  return found;
}

/** Whether a loader takes a cache entry with these bits: never since 2.37. */
export function canUseBits(identity: Machine, { high, low }: HardwareBits): "always" | "perhaps" | "never" {
  const { abi, version, capabilities } = identity;
  if (isAtLeast(version, 2, 37) || (high & EXTENSION_HIGH) !== 0) return "never";
  if (capabilities !== undefined) return hasBits(identity, { high, low }) ? "always" : "never";
  // Which bit means what changed with 2.26, when x86-64 got capabilities of its own.
  const ofAll = abi.machine === EM_X86_64 && abi.class === 64 && isAtLeast(version, 2, 26) ? X86_64_LOW : 0;
  return (high & ~TLS_HIGH) === 0 && (low & ~ofAll) === 0 ? "always" : "perhaps";
}

/** Whether a CPU that is known has the capabilities that an entry names, and is of its platform, if it names one. */
function hasBits({ platform = "", capabilities = [] }: Machine, { high, low }: HardwareBits): boolean {
  const own = capabilities.reduce((bits, word) => bits | (X86_BITS.get(word)?.low ?? 0), 0);
  const named = high & ~TLS_HIGH;
  return (low & ~own) === 0 && (named === 0 || named === X86_BITS.get(platform)?.high);
}

/** The bits of ldconfig's words on x86: sse2, x86_64 and avx512_1 as capabilities, then the platforms. */
const X86_BITS: ReadonlyMap<string, HardwareBits> = new Map([
  ["sse2", { high: 0, low: 1 }],
  ["x86_64", { high: 0, low: X86_64_LOW }],
  ["avx512_1", { high: 0, low: 4 }],
  ["i586", { high: 0x10000, low: 0 }],
  ["i686", { high: 0x20000, low: 0 }],
  ["haswell", { high: 0x40000, low: 0 }],
  ["xeon_phi", { high: 0x80000, low: 0 }],
]);

/**
 * The bits under which ldconfig enters what lies in a folder of these names, one below the other; undefined where one of them is
 * no word for hardware, as none is since 2.37. On other machines than x86 each word has some bit: what counts is that there is one.
 */
export function hardwareBitsOf({ abi, version }: Machine, words: readonly string[]): HardwareBits | undefined {
  if (words.length === 0 || isAtLeast(version, 2, 37)) return undefined;
  const others = WORDS_OF_SOME.get(abi.machine) ?? [];
  let [high, low] = [0, 0];
  for (const word of words) {
    const bits = isX86(abi.machine)
      ? X86_BITS.get(word)
      : { high: 0, low: others.includes(word) ? 1 << others.indexOf(word) : 0 };
    const own = word === "tls" ? { high: TLS_HIGH, low: 0 } : bits;
    if (own === undefined || (own.high === 0 && own.low === 0)) return undefined;
    high = (high | own.high) >>> 0;
    low = (low | own.low) >>> 0;
  }
  return { high, low };
}

function isX86(machine: number): boolean {
  return machine === EM_X86_64 || machine === EM_386;
}

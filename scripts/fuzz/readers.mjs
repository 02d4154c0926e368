/** Everything that reads what strangers wrote: what it is given, and how it is damaged. A reader ends with a value or a typed error. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { threadId } from "node:worker_threads";
import { parseElf } from "../../build/elf/parse.js";
import { parseCpuInfo } from "../../build/host/cpu-info.js";
import { parseProfile } from "../../build/host/profile.js";
import { createByteQueue } from "../../build/image/byte-queue.js";
import { parseConfig, parseDockerManifest, parseIndexOrManifest, parseJson } from "../../build/image/documents.js";
import { createFileBody } from "../../build/image/file-body.js";
import { scanBlob } from "../../build/image/scan-blob.js";
import { scanLayer } from "../../build/image/scan-layer.js";
import { analyze } from "../../build/index.js";
import { fileInspector } from "../../build/loader/inspect.js";
import { parseLdCache } from "../../build/loader/ld-cache.js";
import { mutateBytes, mutateStart, mutateTar, mutateText } from "./mutate.mjs";
import { wrapLayer } from "./samples.mjs";
import { SIF_TABLES } from "./sif.mjs";

/**
 * @typedef {object} Reader
 * @property {number} share how many of a thousand mutations are its
 * @property {(samples: import("./samples.mjs").Samples) => readonly (Buffer | string)[]} samples
 * @property {(sample: any, random: import("./mutate.mjs").Random) => Buffer | string} mutate
 * @property {(input: any, context: { host: import("../../build/index.js").Host, folder: string }) => unknown} read `folder` is for its files
 */

const inspector = fileInspector;
const ELF_TABLES = 4096;
/** Inodes, folders and their indexes stand at the end. */
const SQUASHFS_TABLES = 6000;

/** A stream that comes in pieces, as from a pipe. */
async function* inPieces(bytes, length = 60_000) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const readBlob = (bytes) => scanBlob(inPieces(bytes), { inspector, algorithm: "sha256", what: "the layer" });

/** A document may be of any kind: it is refused where no parser takes it. */
function readDocument(text) {
  const document = parseJson(Buffer.from(text), "document");
  const errors = [parseIndexOrManifest, parseConfig, parseDockerManifest].map((parse) => {
    try {
      return void parse(document, "document");
    } catch (error) {
      return error;
    }
  });
  const strange = errors.find((error) => error !== undefined && error.name !== "ContainerspecError");
  if (strange !== undefined) throw strange;
  if (!errors.includes(undefined)) throw errors[0];
}

const readImage = (bytes, verify, host) =>
  analyze("-", {
    host,
    stdin: Readable.from(inPieces(bytes)),
    verify,
    libraries: ["libz.so.1", "libuuid.so.1"],
    cpuLevel: "x86-64-v2",
  });

/** An image that is read by position; its digests are passed over, which no damage would survive. */
function readFile(bytes, { host, folder }) {
  const file = join(folder, `${threadId}.image`);
  writeFileSync(file, bytes);
  return analyze(file, { host, verify: "never", libraries: ["libz.so.1"], cpuLevel: "x86-64-v2" });
}

/** @type {Readonly<Record<string, Reader>>} */
export const READERS = {
  tar: {
    share: 280,
    samples: ({ tars }) => tars,
    mutate: mutateTar,
    read: (bytes) => scanLayer(createByteQueue(inPieces(bytes)), inspector),
  },
  gzip: { share: 100, samples: ({ gzips }) => gzips, mutate: mutateBytes, read: readBlob },
  zstd: { share: 100, samples: ({ zstds }) => zstds, mutate: mutateBytes, read: readBlob },
  documents: { share: 150, samples: ({ documents }) => documents, mutate: mutateText, read: readDocument },
  elf: {
    share: 230,
    samples: ({ elves }) => elves,
    mutate: (bytes, random) =>
      random.below(3) === 0
        ? mutateBytes(bytes, random)
        : mutateStart(bytes, Math.min(ELF_TABLES, bytes.length), random),
    read: (bytes) => parseElf(createFileBody([bytes])),
  },
  cache: {
    share: 60,
    samples: ({ caches }) => caches,
    mutate: (bytes, random) => (random.below(2) === 0 ? mutateBytes(bytes, random) : mutateStart(bytes, 512, random)),
    read: (bytes) => parseLdCache(bytes),
  },
  archive: {
    share: 30,
    samples: ({ archives }) => archives,
    mutate: mutateTar,
    read: (bytes, { host }) => readImage(bytes, "never", host),
  },
  image: {
    share: 20,
    samples: ({ tars }) => tars,
    mutate: (tar, random) => wrapLayer(Buffer.from(mutateTar(tar, random))),
    read: (bytes, { host }) => readImage(bytes, "always", host),
  },
  squashfs: {
    share: 20,
    samples: ({ squashes }) => squashes,
    mutate: (bytes, random) => {
      const tables = Math.max(0, bytes.length - SQUASHFS_TABLES);
      const where = random.below(3);
      if (where === 0) return mutateStart(bytes, 96, random);
      if (where === 1) return mutateBytes(bytes, random);
      return Buffer.concat([bytes.subarray(0, tables), mutateBytes(bytes.subarray(tables), random)]);
    },
    read: readFile,
  },
  sif: {
    share: 20,
    samples: ({ sifs }) => sifs,
    mutate: (bytes, random) =>
      random.below(2) === 0 ? mutateBytes(bytes, random) : mutateStart(bytes, SIF_TABLES, random),
    read: readFile,
  },
  profile: {
    share: 5,
    samples: ({ profile }) => [profile],
    mutate: mutateText,
    read: (text) => parseProfile(text, "host.json"),
  },
  cpuinfo: {
    share: 5,
    samples: () => [
      "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: CPU\nflags\t\t: fpu sse sse2 avx avx2 bmi1 bmi2\n\n",
    ],
    mutate: mutateText,
    read: (text) => parseCpuInfo(text),
  },
};

/**
 * What is kept of an image while it is read, in bytes: a few megabytes of zeros, compressed, can be gigabytes of entries, symbols or
 * texts, and a process that runs out of memory gives no answer at all.
 */
import { ContainerspecError } from "../errors.js";
import type { FileInspector } from "./inspector.js";
import { raiseHint, type Limits } from "./limits.js";

/** What an entry costs beside its path, in the layer's list and in the trees: 270 bytes for a file, 430 for a folder, as measured. */
const ENTRY = 400;
/** The digest of a file's content as text. */
const DIGEST = 100;
/** How much room a path takes while trees are made; it is kept once, and pieces of it are garbage for a while. */
const COPIES = 3;

/** Counts bytes that are kept. @throws ContainerspecError limit-exceeded */
export type Keep = (bytes: number) => void;

/** Counts what is kept of one archive, or of what else the errors shall name. */
export function countKept(source: string, limits: Limits): Keep {
  let kept = 0;
  return (bytes) => {
    kept += bytes;
    if (kept > limits.memory) {
      throw new ContainerspecError(
        "limit-exceeded",
        `Cannot read ${source}: what has to be kept of it, such as paths and symbols, takes more than ${limits.memory} bytes of memory ${raiseHint("memory")}`,
        { image: source },
      );
    }
  };
}

/** The inspector for one archive and its limits, which throws a ContainerspecError limit-exceeded where it is too much in sum. */
export function withBudget<Facts>(
  inspector: FileInspector<Facts>,
  source: string,
  limits: Limits,
): FileInspector<Facts> {
  const keep = countKept(source, limits);
  return {
    ...inspector,
    limits,
    keep,
    countEntry: (path, link) => keep(weighEntry(path, link, inspector)),
    async inspect(path, body) {
      const facts = await inspector.inspect(path, body);
      keep(inspector.weigh?.(facts) ?? 0);
      return facts;
    },
  };
}

/** The inspector for one layer, and what its facts have counted as, so that they can be charged again without being read. */
export function withMeter<Facts>(inspector: FileInspector<Facts>): {
  readonly inspector: FileInspector<Facts>;
  memory(): number;
} {
  let kept = 0;
  return {
    memory: () => kept,
    inspector: {
      ...inspector,
      countEntry(path, link) {
        kept += weighEntry(path, link, inspector);
        inspector.countEntry?.(path, link);
      },
      async inspect(path, body) {
        const facts = await inspector.inspect(path, body);
        kept += inspector.weigh?.(facts) ?? 0;
        return facts;
      },
    },
  };
}

/** Bytes that a folder holds which no entry tells of. */
export function weighFolder(path: string): number {
  return weighEntry(path, "");
}

function weighEntry(
  path: string,
  link: string,
  { hashesContent }: Pick<FileInspector<unknown>, "hashesContent"> = {},
): number {
  return ENTRY + COPIES * path.length + link.length + (hashesContent === true ? DIGEST : 0);
}

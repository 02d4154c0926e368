/** The files of a host, kept in the cache from one run to the next: one entry for each root. */
import { endianness, hostname } from "node:os";
import type { KnownFiles } from "./host/known-files.js";
import { packColumns, unpackColumns } from "./image/columns.js";
import type { LayerStore } from "./image/layer-store.js";
import type { FileFacts } from "./loader/facts.js";
import { factsBytes } from "./loader/facts-bytes.js";
import { factsVersion } from "./open-cache.js";

/** path, what identifies the file, and its facts as `factsBytes` packs them */
type PackedFile = readonly [path: string, identity: string, facts: unknown];

export interface KeptFiles {
  readonly known: KnownFiles;
  /** Keeps what was learned or used in this run, where anything is new. */
  keep(): Promise<void>;
}

/** @param base the folder that is the root of the host */
export async function openKnownFiles(store: LayerStore, base: string): Promise<KeptFiles> {
  // A cache folder may be shared by machines that have a root each.
  const key = `host ${hostname()} ${base} ${factsVersion()} ${endianness()}`;
  const before = unpackFiles(await store.get(key));
  const used = new Map<string, { readonly identity: string; readonly facts: FileFacts }>();
  let isNew = false;
  return {
    known: {
      find(path, identity) {
        const facts = before(path, identity);
        if (facts !== undefined) used.set(path, { identity, facts });
        return facts;
      },
      learn(path, identity, facts) {
        isNew = true;
        used.set(path, { identity, facts });
      },
    },
    async keep() {
      const entry = isNew ? packFiles(used) : undefined;
      if (entry !== undefined) await store.put(key, entry);
    },
  };
}

function packFiles(
  files: ReadonlyMap<string, { readonly identity: string; readonly facts: FileFacts }>,
): Uint8Array | undefined {
  return packColumns((add): readonly PackedFile[] =>
    [...files].map(([path, { identity, facts }]) => [path, identity, factsBytes.pack(facts, add)]),
  );
}

/** Facts by path, each unpacked when it is asked for. */
function unpackFiles(bytes: Uint8Array | undefined): (path: string, identity: string) => FileFacts | undefined {
  if (bytes === undefined) return () => undefined;
  const { data, columns } = unpackColumns(bytes);
  const files = new Map((data as readonly PackedFile[]).map((file) => [file[0], file]));
  return (path, identity) => {
    const file = files.get(path);
    return file?.[1] === identity ? factsBytes.unpack(file[2], columns) : undefined;
  };
}

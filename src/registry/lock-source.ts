/** A lock file in the place of a registry: it asks nobody, and tells what is gone from what nobody looked up. */
import { ContainerspecError } from "../errors.js";
import type { Lock, LockedImage } from "./lock.js";
import { toImageText, toRepositoryText, type RepositoryName, type TagSource } from "./tag-source.js";

/** @param file its name in errors */
export function createLockSource(lock: Lock, file = "the lock file"): TagSource {
  const images = new Map(Object.entries(lock.images));
  const tags = new Map(Object.entries(lock.tags));
  const gone = new Set(lock.gone);

  function find(name: RepositoryName, tag: string): LockedImage | undefined {
    const text = toImageText(name, tag);
    const image = images.get(text);
    if (image !== undefined) return image;
    const known = tags.get(toRepositoryText(name));
    if (gone.has(text) || (known !== undefined && !known.includes(tag))) return undefined;
    throw notInLock(text, file);
  }

  return {
    resolve: async (name, tag) => {
      const image = find(name, tag);
      return Promise.resolve(image === undefined ? undefined : { digest: image.digest, platforms: image.platforms });
    },
    listTags: async (name) => {
      const text = toRepositoryText(name);
      const list = tags.get(text);
      if (list === undefined) throw notInLock(`the tags of ${text}`, file);
      return Promise.resolve([...list].sort());
    },
    findCreated: async (name, tag) => Promise.resolve(find(name, tag)?.created),
  };
}

function notInLock(what: string, file: string): ContainerspecError {
  return new ContainerspecError(
    "not-in-lock",
    `Cannot find ${what} in ${file}: nobody has looked it up yet; a run with a network writes it there, and an OCI layout that holds the image can be read into it`,
    { path: file },
  );
}

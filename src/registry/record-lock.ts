/** Writes down what another source answers, for runs without it. */
import { EMPTY_LOCK, type Lock, type LockedImage } from "./lock.js";
import { toImageText, toRepositoryText, type TagSource } from "./tag-source.js";

export interface LockRecorder {
  /** answers as the other source does */
  readonly source: TagSource;
  /** all answers until now, over what was known before */
  toLock(): Lock;
}

/** @param before what an earlier run has written; what is not asked again stays as it is */
export function recordLock(source: TagSource, before: Lock = EMPTY_LOCK): LockRecorder {
  const images = new Map<string, LockedImage>(Object.entries(before.images));
  const tags = new Map<string, string[]>(Object.entries(before.tags));
  const gone = new Set(before.gone);
  const created = new Map<string, string | undefined>();

  return {
    source: {
      async resolve(name, tag) {
        const text = toImageText(name, tag);
        const image = await source.resolve(name, tag);
        if (image === undefined) {
          images.delete(text);
          gone.add(text);
          return undefined;
        }
        gone.delete(text);
        const { created: known, digest } = images.get(text) ?? {};
        // When another image was made says nothing of this one.
        const time = digest === image.digest ? known : undefined;
        images.set(text, {
          digest: image.digest,
          platforms: { ...image.platforms },
          ...(time === undefined ? {} : { created: time }),
        });
        return image;
      },
      async listTags(name) {
        const list = await source.listTags(name);
        tags.set(toRepositoryText(name), [...list]);
        return list;
      },
      async findCreated(name, tag) {
        const time = await source.findCreated(name, tag);
        created.set(toImageText(name, tag), time);
        return time;
      },
    },
    toLock() {
      const withTimes = [...images].map(([text, image]): [string, LockedImage] => {
        const { created: before, ...rest } = image;
        const time = created.has(text) ? created.get(text) : before;
        return [text, { ...rest, ...(time === undefined ? {} : { created: time }) }];
      });
      return {
        ...EMPTY_LOCK,
        images: Object.fromEntries(withTimes),
        tags: Object.fromEntries(tags),
        ...(gone.size === 0 ? {} : { gone: [...gone] }),
      };
    },
  };
}

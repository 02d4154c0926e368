/** Archives that are written, member by member. The one door to tar-stream. */
import { pack, type Pack } from "tar-stream";

export type TarMember =
  | {
      readonly kind: "file";
      readonly name: string;
      /** bytes that `content` has */
      readonly size: number;
      readonly content: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "directory"; readonly name: string }
  | { readonly kind: "symlink" | "link"; readonly name: string; readonly target: string };

/** The same members give the same bytes. */
const TIME = new Date(0);

/** The bytes of an archive, as somebody takes them. @throws Error what a member's content throws, or where it has another size */
export async function* packTar(members: AsyncIterable<TarMember>): AsyncGenerator<Uint8Array> {
  const tar = pack();
  const filling = fill(tar, members).then(
    () => undefined,
    (error: unknown) => {
      tar.destroy();
      return { error };
    },
  );
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of tar as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    failure = { error };
  } finally {
    tar.destroy();
    failure = (await filling) ?? failure;
  }
  if (failure !== undefined) throw failure.error;
}

async function fill(tar: Pack, members: AsyncIterable<TarMember>): Promise<void> {
  for await (const member of members) {
    if (tar.destroying) return;
    if (member.kind === "file") await addFile(tar, member);
    else {
      const { name, kind: type } = member;
      const mode = type === "directory" ? 0o755 : 0o777;
      await finish((done) =>
        tar.entry(
          { name, type, mode, mtime: TIME, ...(type === "directory" ? {} : { linkname: member.target }) },
          done,
        ),
      );
    }
  }
  tar.finalize();
}

async function addFile(tar: Pack, { name, size, content }: Extract<TarMember, { kind: "file" }>): Promise<void> {
  let sink: ReturnType<Pack["entry"]> | undefined;
  const done = finish((callback) => (sink = tar.entry({ name, size, mode: 0o644, mtime: TIME }, callback)));
  // Whoever stops reading has the entry fail: that is heard below, and here not taken for a fault of nobody.
  done.catch(() => undefined);
  for await (const chunk of content) {
    if (tar.destroying || sink === undefined) break;
    if (sink.write(chunk)) continue;
    const entry = sink;
    await Promise.race([new Promise<void>((resolve) => entry.once("drain", resolve)), done]);
  }
  sink?.end(undefined);
  await done;
}

function finish(start: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/** Which images a Dockerfile is built from: what its FROM, COPY --from and RUN --mount=from= name, with ARG put in. */
import type { DockerfileDocument } from "./document.js";
import { parseReference, type ImageReference } from "./reference.js";
import type { Word } from "./span.js";
import { substitute, type Substituted } from "./substitute.js";

interface Place {
  /** of the stage that it stands in; the first is 0 */
  readonly stage: number;
  /** where it is the base of that stage, and not merely a source of files */
  readonly isBase: boolean;
  readonly line: number;
  readonly written: Word;
}

/** An image that a registry has. */
export interface BaseImage extends Place {
  readonly kind: "image";
  readonly substituted: Substituted;
  readonly reference: ImageReference;
  /** FROM --platform, as written */
  readonly platform?: string;
}

/** What needs no update, or cannot have one. */
export type OtherBase =
  | (Place & { readonly kind: "scratch" })
  /** `name` as FROM ... AS has it, in lower case; COPY --from has numbers, too */
  | (Place & { readonly kind: "stage"; readonly name: string })
  | (Place & { readonly kind: "unknown"; readonly why: string });

export type Base = BaseImage | OtherBase;

/** All of them, in the file's order. */
export function findBases(document: DockerfileDocument): readonly Base[] {
  return document.stages.flatMap(({ image, platform, line, sources }, stage) => {
    const earlier = document.stages.slice(0, stage).flatMap(({ name }) => name ?? []);
    const base = toBase({ stage, isBase: true, line, written: image }, earlier, document);
    const from = sources.map((source) =>
      toBase({ stage, isBase: false, line: source.line, written: source }, [...earlier, ...numbers(stage)], document),
    );
    return [base.kind === "image" && platform !== undefined ? { ...base, platform } : base, ...from];
  });
}

/** COPY --from counts stages, too. */
function numbers(stages: number): readonly string[] {
  return Array.from({ length: stages }, (_, index) => String(index));
}

function toBase(place: Place, stages: readonly string[], { globals, args }: DockerfileDocument): Base {
  // Only FROM is limited to the ARG before the first stage.
  const substituted = substitute(place.written, place.isBase ? globals : args);
  if ("variable" in substituted) {
    return { ...place, kind: "unknown", why: `${substituted.variable} ${substituted.reason}` };
  }
  const { text } = substituted;
  const lower = text.toLowerCase();
  if (stages.includes(lower)) return { ...place, kind: "stage", name: lower };
  if (place.isBase && text === "scratch") return { ...place, kind: "scratch" };
  const reference = parseReference(text);
  if (reference === undefined) return { ...place, kind: "unknown", why: `${text} is no name of an image` };
  return { ...place, kind: "image", substituted, reference };
}

/** The stages that the image of a build without --target is made of: the last one, and those that it is built on, down to the first. */
export function listFinalStages({ stages }: DockerfileDocument, bases: readonly Base[]): readonly number[] {
  const final: number[] = [];
  for (let stage = stages.length - 1; stage >= 0;) {
    final.push(stage);
    const base = bases.find((one) => one.stage === stage && one.isBase);
    stage = base?.kind === "stage" ? stages.slice(0, stage).findLastIndex(({ name }) => name === base.name) : -1;
  }
  return final;
}

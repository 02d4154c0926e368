/**
 * A story is a rule at work in the smallest honest world: an image, a host, the library that is to be mounted, and what becomes of
 * it. The page of the rule shows it, and the tests of the rules play it through, with stories beside it in which the rule is silent.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalyzeOptions, LoaderOutcome, Verdict } from "../../src/index.js";
import type { Files } from "./story-files.js";
import { toImageTar, writeFiles, type StoryImage } from "./story-image.js";

/** How the question is asked: options of `containerspec analyze`. */
export type StoryOptions = Pick<
  AnalyzeOptions,
  "placement" | "companions" | "env" | "consumers" | "platform" | "mounts" | "cpuLevel" | "ldCache"
>;

/** What the report says; a finding as "error version-not-defined". */
export interface Outcome {
  /** of the library; absent where none is judged */
  readonly loader?: LoaderOutcome;
  readonly verdict?: Verdict;
  readonly findings: readonly string[];
  /** about the image itself */
  readonly imageFindings?: readonly string[];
}

export interface Scene {
  readonly image: StoryImage;
  readonly host: Files;
  /** --library; absent where none is judged */
  readonly library?: string;
  readonly options?: StoryOptions;
  readonly expected: Outcome;
}

export interface Story extends Scene {
  /** id of the rule, and name of the story's folder */
  readonly rule: string;
  /** what happens, in a few lines */
  readonly tells: string;
  /** the same, but for one thing: the rule is silent. Title to what differs from the story. */
  readonly nearMisses: Readonly<Record<string, Partial<Scene> & Pick<Scene, "expected">>>;
}

/** Gives a story its type. */
export function defineStory(story: Story): Story {
  return story;
}

/** The story itself and its near misses, by title. */
export function* scenesOf(story: Story): Generator<{ readonly title: string; readonly scene: Scene }> {
  yield { title: "the story", scene: story };
  for (const [title, change] of Object.entries(story.nearMisses)) yield { title, scene: { ...story, ...change } };
}

/** What a scene mounts of its host, beyond what the host's loader finds. */
export function treesOf({ options }: Scene): readonly string[] {
  return (options?.mounts ?? []).map((text) => text.split(":")[0] ?? text);
}

/** Writes a scene's `image.tar` and `host/` into a folder. */
export function writeScene({ image, host }: Scene, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "image.tar"), toImageTar(image));
  writeFiles(join(folder, "host"), host);
}

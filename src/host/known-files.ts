/** Files of a machine that were read before: by path, and by what tells their content without reading it. */
import type { FileFacts } from "../loader/facts.js";

/** What is known of files from before, and what is learned of them now. */
export interface KnownFiles {
  find(path: string, identity: string): FileFacts | undefined;
  learn(path: string, identity: string, facts: FileFacts): void;
}

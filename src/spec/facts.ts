/**
 * What is learned from a file where it is asked what an image needs: what the loader learns, and more that no loader reads. The two
 * have caches of their own, so that whoever judges mounts pays for none of it.
 */
import type { CodeFacts } from "../code/code-facts.js";
import type { FileFacts } from "../loader/facts.js";
import type { DatabaseFacts } from "../packages/database.js";

export interface NeedExtras {
  /** of a script: its first line behind "#!" */
  readonly script?: string;
  /** of an ELF file: what its code uses beyond what every CPU of its machine has */
  readonly code?: CodeFacts;
  /** of an ELF file: names of driver libraries that stand in it as text, sorted */
  readonly driverNames?: readonly string[];
  /** of a loader: what it says where it refuses the CPU */
  readonly refusals?: readonly string[];
  /** of a database of packages: what it says */
  readonly database?: DatabaseFacts;
}

export type NeedFacts = FileFacts & { readonly extras?: NeedExtras };

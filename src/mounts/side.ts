/** One side of the question, image or host, as a loader meets it, with the C library that answers there. */
import type { FileFacts } from "../loader/facts.js";
import type { LibcIdentity } from "../loader/libc-identity.js";
import type { Architecture } from "../loader/platform-abi.js";
import { findLibc } from "../loader/root-settings.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { readSettings, type Launch } from "./launch.js";
import { createSubject, withSettings, type RootObject, type Subject } from "./subject.js";

/** What rules may want to know about the image or the host as a whole. */
export interface SideFacts {
  readonly libc: LibcIdentity;
  readonly objects: readonly RootObject[];
  /** those of them that are programs of which not even the libraries that they need are known */
  readonly unread: readonly RootObject[];
}

export interface Side {
  readonly subject: Subject;
  readonly facts: SideFacts;
}

/** A root as the loader of its programs sees it: those of `platform`, where it is an image's. */
export function createSide(root: RootFilesystem<FileFacts>, launch: Launch, platform?: Architecture): Side {
  const bare = createSubject(root, readSettings(root, launch), platform);
  const libc = findLibc(root, bare.like, bare.settings);
  const subject = libc.version === undefined ? bare : withSettings(bare, root, { glibcVersion: libc.version });
  const { objects } = subject;
  const unread = objects.filter(({ elf }) => elf.damage?.dependencies === "unknown");
  return { subject, facts: { libc, objects, unread } };
}

/** What a build's container is called, as uptodate suggests it: `folder-ubuntu-22.04:llvm-15.0.0-abyss-2.3.1`. */
import type { BuildArg, BuildMatrix, Combination } from "./uptodate-file.js";

/** @param folder the name of the folder that the uptodate.yaml is in */
export function toContainerName({ args, basename }: BuildMatrix, folder: string, values: Combination): string {
  const images = args.filter(isContainer).map(({ arg, slug }) => `${slug}-${toTag(values.get(arg) ?? "")}`);
  const others = args.filter((one) => !isContainer(one)).map(({ arg, slug }) => `${slug}-${values.get(arg) ?? ""}`);
  // An image is what the container is, and goes into its name; the rest is told by the tag.
  const name = toRepository(basename ?? [folder, ...images].join("-"));
  return others.length === 0
    ? name
    : `${name}:${others
        .join("-")
        .replace(/[^\w.-]+/g, "-")
        .slice(0, 128)}`;
}

/** A registry has a dot, a port, or is this machine; what has none of these is a word of the path. */
const REGISTRY = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?\/|^[a-z0-9-]+:\d+\//;

/** What a repository may be called: small letters, and none of the marks between them at an end. Its registry keeps its port. */
function toRepository(text: string): string {
  const lower = text.toLowerCase();
  const registry = REGISTRY.exec(lower)?.[0] ?? "";
  const words = lower.slice(registry.length).replace(/[^a-z0-9._/-]+/g, "-");
  return registry + words.replace(/^[._/-]+|[._/-]+$/g, "");
}

function isContainer({ values }: BuildArg): boolean {
  return values.kind === "container" || (values.kind === "matrix" && values.isContainer);
}

/** Of `ubuntu:22.04@sha256:…` the tag; a tag by itself is one. */
function toTag(value: string): string {
  return /:([\w.-]+)(?:@.*)?$/.exec(value)?.[1] ?? value;
}

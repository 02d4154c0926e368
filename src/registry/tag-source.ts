/** Who can say what a tag is now: a registry, or the lock file that stands in for one. */

/** A repository with all its parts: `debian` is library/debian of docker.io. */
export interface RepositoryName {
  readonly registry: string;
  readonly repository: string;
}

export interface ResolvedImage {
  /** of the index where there is one: what `FROM name@digest` needs to work on every platform; else of the manifest */
  readonly digest: string;
  /** "linux/amd64" to the digest of that platform's manifest */
  readonly platforms: Readonly<Record<string, string>>;
}

export interface TagSource {
  /** What a tag is now; undefined where the repository has no such tag. */
  resolve(name: RepositoryName, tag: string): Promise<ResolvedImage | undefined>;
  /** The tags of a repository, sorted by their characters: registries promise no order. */
  listTags(name: RepositoryName): Promise<readonly string[]>;
  /** When a tag's image was made, by its config (RFC 3339); undefined where it does not say, or where there is no such tag. */
  findCreated(name: RepositoryName, tag: string): Promise<string | undefined>;
}

/** The name of a repository in messages and lock files: `docker.io/library/debian`. */
export function toRepositoryText({ registry, repository }: RepositoryName): string {
  return `${registry}/${repository}`;
}

/** The name of an image in messages and lock files: `docker.io/library/debian:12`. */
export function toImageText(name: RepositoryName, tag: string): string {
  return `${toRepositoryText(name)}:${tag}`;
}

/** Tags as a registry says they are now. OCI distribution-spec 1.1, "Pulling manifests": https://github.com/opencontainers/distribution-spec. */
import { ContainerspecError } from "../errors.js";
import { cannotGet, describeForm, findJson, isObject, type Asked } from "./asked.js";
import { createClient, type ClientOptions } from "./client.js";
import { findTime } from "./created.js";
import { toEndpoint, type Endpoint } from "./endpoint.js";
import { expandIndex, MAX_INDEXES } from "./expand-index.js";
import { listRegistryTags } from "./list-tags.js";
import {
  checkDigest,
  digestOf,
  isDigest,
  MANIFEST_TYPES,
  parseManifest,
  toPlatformName,
  type IndexManifest,
  type Manifest,
} from "./manifest.js";
import {
  toImageText,
  toRepositoryText,
  type RepositoryName,
  type ResolvedImage,
  type TagSource,
} from "./tag-source.js";

export type { ClientOptions as RegistryOptions } from "./client.js";

/** What the distribution-spec lets registries refuse to store is no larger; a config is some kB. */
const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_CONFIG_BYTES = 8 << 20;
const TAG = /^\w[\w.-]{0,127}$/;
/** Whose config is asked when an image for several platforms was made; they are as a rule built together. */
const USUAL_PLATFORM = "linux/amd64";

interface Found {
  readonly digest: string;
  readonly manifest: Manifest;
}

/** What was asked once in its life is answered in the same way again, so that a run has one view of a tag that moves. */
export function createRegistrySource(options: ClientOptions): TagSource {
  const client = createClient(options);
  const tags = new Map<string, Promise<Found | undefined>>();
  const blobs = new Map<string, Promise<Found>>();
  const lists = new Map<string, Promise<readonly string[]>>();
  const configs = new Map<string, Promise<Readonly<Record<string, unknown>>>>();

  async function findImage(name: RepositoryName, tag: string): Promise<Found | undefined> {
    const endpoint = toEndpoint(name, options);
    if (!TAG.test(tag))
      throw new ContainerspecError(
        "usage",
        `Cannot ask for the tag ${tag} of ${toRepositoryText(name)}: that is no tag`,
      );
    return remember(tags, toImageText(name, tag), () => askTag(endpoint, tag, toAsked(name, tag)));
  }

  /** HEAD first: it costs a registry nothing, counts for no limit, and names the digest that all else is checked against. */
  async function askTag(endpoint: Endpoint, tag: string, asked: Asked): Promise<Found | undefined> {
    const question = {
      asked,
      url: new URL(`manifests/${tag}`, endpoint.base),
      accept: MANIFEST_TYPES,
      limit: MAX_MANIFEST_BYTES,
    };
    const head = await client.ask(endpoint, { ...question, method: "HEAD" });
    const promised = head.status === 200 ? head.headers["docker-content-digest"] : undefined;
    if (promised !== undefined) {
      if (isDigest(promised)) return getManifest(endpoint, promised, asked);
      throw cannotGet("registry-answer", asked, head.url, "it names a digest that is none of sha256 or sha512");
    }
    // Not there, or a server that does not know HEAD: the answer to GET has the reason in it.
    const answer = await client.ask(endpoint, { ...question, method: "GET" });
    if (answer.status === 404) return undefined;
    const named = answer.headers["docker-content-digest"];
    const digest = isDigest(named) ? named : digestOf(answer.body);
    const manifest = parseManifest(answer, asked);
    checkDigest(answer.body, digest, asked, answer.url);
    return { digest, manifest };
  }

  async function getManifest(endpoint: Endpoint, digest: string, asked: Asked): Promise<Found> {
    return remember(blobs, `${endpoint.base.href} ${digest}`, async () => {
      const url = new URL(`manifests/${digest}`, endpoint.base);
      const answer = await client.ask(endpoint, {
        asked,
        method: "GET",
        url,
        accept: MANIFEST_TYPES,
        limit: MAX_MANIFEST_BYTES,
      });
      if (answer.status === 404)
        throw cannotGet("registry-answer", asked, url, `it names ${digest}, and has no such manifest`);
      // What is plainly something else is called so, before its digest is.
      if (findJson(answer.body) === undefined) parseManifest(answer, asked);
      checkDigest(answer.body, digest, asked, answer.url);
      return { digest, manifest: parseManifest(answer, asked) };
    });
  }

  async function getConfig(
    endpoint: Endpoint,
    digest: string,
    asked: Asked,
  ): Promise<Readonly<Record<string, unknown>>> {
    return remember(configs, `${endpoint.base.href} ${digest}`, async () => {
      const url = new URL(`blobs/${digest}`, endpoint.base);
      const answer = await client.ask(endpoint, {
        asked,
        method: "GET",
        url,
        accept: ["application/octet-stream", "*/*"],
        limit: MAX_CONFIG_BYTES,
      });
      if (answer.status === 404)
        throw cannotGet(
          "registry-answer",
          asked,
          url,
          `its manifest names the config ${digest}, and it has no such blob`,
        );
      checkDigest(answer.body, digest, asked, answer.url);
      const json = findJson(answer.body);
      if (isObject(json)) return json;
      throw cannotGet("registry-answer", asked, answer.url, `the config of the image is ${describeForm(answer)}`);
    });
  }

  async function resolvePlatforms(
    endpoint: Endpoint,
    { digest, manifest }: Found,
    asked: Asked,
  ): Promise<Record<string, string>> {
    if (manifest.kind === "index")
      return Object.fromEntries(
        [...(await listPlatforms(endpoint, manifest, asked))].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    const platform = toPlatformName(await getConfig(endpoint, manifest.config, asked));
    return platform === undefined ? {} : { [platform]: digest };
  }

  return {
    async resolve(name, tag): Promise<ResolvedImage | undefined> {
      const found = await findImage(name, tag);
      if (found === undefined) return undefined;
      return {
        digest: found.digest,
        platforms: await resolvePlatforms(toEndpoint(name, options), found, toAsked(name, tag)),
      };
    },
    async listTags(name) {
      const image = toRepositoryText(name);
      const endpoint = toEndpoint(name, options);
      const asked = { subject: `the tags of ${image}`, image };
      return remember(lists, endpoint.base.href, () => listRegistryTags(client, endpoint, asked));
    },
    async findCreated(name, tag) {
      const found = await findImage(name, tag);
      if (found === undefined) return undefined;
      const [endpoint, asked] = [toEndpoint(name, options), toAsked(name, tag)];
      const chosen = found.manifest.kind === "manifest" ? found : await chooseManifest(endpoint, found.manifest, asked);
      if (chosen?.manifest.kind !== "manifest") return undefined;
      return findTime((await getConfig(endpoint, chosen.manifest.config, asked))["created"]);
    },
  };

  async function chooseManifest(endpoint: Endpoint, index: IndexManifest, asked: Asked): Promise<Found | undefined> {
    const platforms = await listPlatforms(endpoint, index, asked);
    const digest = platforms.get(USUAL_PLATFORM) ?? [...platforms.values()][0];
    return digest === undefined ? undefined : getManifest(endpoint, digest, asked);
  }

  async function listPlatforms(
    endpoint: Endpoint,
    index: IndexManifest,
    asked: Asked,
  ): Promise<ReadonlyMap<string, string>> {
    const get = async (digest: string): Promise<Manifest> => (await getManifest(endpoint, digest, asked)).manifest;
    const platforms = await expandIndex(index, get);
    if (platforms !== undefined) return platforms;
    throw cannotGet("limit-exceeded", asked, endpoint.base, `its index leads to more than ${MAX_INDEXES} others`);
  }
}

function toAsked(name: RepositoryName, tag: string): Asked {
  const image = toImageText(name, tag);
  return { subject: image, image };
}

/** The same promise for the same key; one that failed is made anew. */
async function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  try {
    return await value;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

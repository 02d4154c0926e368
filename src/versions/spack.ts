/** Versions of Spack's packages, as its list of packages has them: a JSON file for each, made of the package's recipe every night. */
import { cannotGet, isObject } from "../registry/asked.js";
import { askJson, type AskOptions } from "./ask-json.js";

export interface SpackOptions extends AskOptions {
  /** where the files are: https://packages.spack.io/data/packages/ */
  readonly spack: URL;
}

/** All versions of a package, branches among them. */
export async function listSpackVersions(name: string, options: SpackOptions): Promise<readonly string[]> {
  const asked = { subject: `the versions of Spack's ${name}`, image: name };
  const url = new URL(`${encodeURIComponent(name)}.json`, options.spack);
  const { json } = await askJson({ asked, url, absent: "it has no package of that name" }, options);
  const versions: unknown = isObject(json) ? json["versions"] : undefined;
  const names = Array.isArray(versions)
    ? versions.map((one: unknown) => (isObject(one) ? one["name"] : undefined))
    : [];
  if (Array.isArray(versions) && names.every((one) => typeof one === "string")) return names;
  throw cannotGet(
    "registry-answer",
    asked,
    url,
    'it answered with JSON that is no package, where {"versions": […]} was expected',
  );
}

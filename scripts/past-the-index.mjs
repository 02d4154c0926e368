/**
 * For the bundler: what our modules import from `index.js`, they import from where it comes from. Whoever imports the index loads
 * everything that the package can do, and a command needs a part of that: with each start half as much would be read again.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const EXPORT = /^export \{([^}]*)\} from "([^"]+)";$/gm;
const IMPORT = /^import \{([^}]*)\} from "((?:\.\.?\/)+index\.js)";$/gm;

/**
 * @param {string} build the folder of the compiled modules
 * @returns {import("rolldown").Plugin}
 */
export function pastTheIndex(build) {
  const index = join(build, "index.js");
  const homes = readHomes(index);
  return {
    name: "past-the-index",
    transform(code, id) {
      if (!id.startsWith(build)) return undefined;
      return code.replace(IMPORT, (whole, names, from) =>
        join(dirname(id), from) === index
          ? names
              .split(",")
              .flatMap(importFrom(homes, dirname(id)))
              .join(" ")
          : whole,
      );
    },
  };
}

/** @returns {Map<string, string>} where each name of the index comes from, as a path */
function readHomes(index) {
  const homes = new Map();
  for (const [, names = "", from = ""] of readFileSync(index, "utf8").matchAll(EXPORT)) {
    for (const name of names.split(",").flatMap((one) => one.trim() || [])) homes.set(name, join(dirname(index), from));
  }
  return homes;
}

/** Line numbers stay: all imports are put on one line. */
const importFrom = (homes, folder) => (text) => {
  const name = text.trim();
  if (name === "") return [];
  const home = homes.get(name.replace(/ as .*/, ""));
  if (home === undefined) throw new Error(`the index does not export ${name}, which ${folder} imports from it`);
  const path = relative(folder, home);
  return [`import { ${name} } from "${path.startsWith(".") ? path : `./${path}`}";`];
};

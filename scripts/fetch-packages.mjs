/**
 * Downloads Debian packages of a release and an architecture and unpacks them in the test cache, under
 * packages/<suite>/<architecture>/<package>: the real files that scenarios and comparisons are made of.
 *
 *     node scripts/fetch-packages.mjs [--components main,non-free] <suite> <architecture> <package>...
 *
 * Prints the folder of each package. What is there already is not asked for again.
 */
import { argv, exit } from "node:process";
import { parseArgs } from "node:util";
import { fetchPackages } from "./debian/packages.mjs";

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { components: { type: "string", default: "main" } },
  allowPositionals: true,
});
const [suite, architecture, ...names] = positionals;
if (suite === undefined || architecture === undefined || names.length === 0) {
  console.error("usage: fetch-packages.mjs [--components main,non-free] <suite> <architecture> <package>...");
  exit(2);
}
try {
  const components = values.components.replaceAll(",", " ");
  for (const folder of fetchPackages({ suite, architecture, names, components })) console.log(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  exit(1);
}

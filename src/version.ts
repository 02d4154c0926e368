/** What runs here: this release, as package.json has it, and the zstd decoder that this machine allows. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const VERSION = manifest.version;

export { hasReadZstd, zstdDecoderName } from "./image/zstd-decoder.js";

/** Writes docs/host-profile.schema.json from the schema that profiles are read with. `npm run build` goes before. */
import { writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";
import { z } from "zod";

const built = new URL("../build/host/profile-schema.js", import.meta.url);
const { profileSchema } = await import(built.href);
const file = new URL("../docs/host-profile.schema.json", import.meta.url);
const schema = {
  ...z.toJSONSchema(profileSchema),
  title: "Host profile of containerspec",
  description: "What `containerspec host -o` writes and `containerspec analyze --host` reads.",
};
await writeFile(file, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), parser: "json" }));

/** zod's one door: what is read from outside and has a published shape is checked by a schema. */
export { z } from "zod";

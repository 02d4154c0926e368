/** What the system says while an image is read is trouble with the image, and no fault of the program. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toSourceError } from "../src/source-error.js";

async function findError(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("a file in the place of a folder", async () => {
  const path = join(import.meta.filename, "index.json");
  expect(toSourceError(await findError(readFile(path)), "app")).toMatchObject({
    code: "file-not-found",
    message: `Cannot read app: not a directory at ${path}; expected files and folders that may be read`,
  });
});

test("a folder in the place of a file", async () => {
  expect(toSourceError(await findError(readFile(import.meta.dirname)), "-")).toMatchObject({
    code: "corrupt-image",
    message: "Cannot read standard input: it has a folder where a file was expected",
  });
});

test("a permission, as the system words it", () => {
  const error = Object.assign(new Error("EACCES: permission denied, scandir '/x'"), {
    code: "EACCES",
    syscall: "scandir",
  });
  expect(toSourceError(error, "app")).toMatchObject({
    code: "file-not-found",
    message: "Cannot read app: permission denied; expected files and folders that may be read",
  });
});

test("a fault of the program stays one", () => {
  const fault = new TypeError("x is not a function");
  expect(toSourceError(fault, "app")).toBe(fault);
});

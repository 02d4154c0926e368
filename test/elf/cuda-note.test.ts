/** The note of a libcuda for forward compatibility, as the assembler and the link editor lay it out in each alignment. */
import { describe, expect, test } from "vitest";
import { createFolder } from "../cli/run-cli.js";
import { buildCudaCompat, CUDA_NOTE, hasGcc } from "../support/cuda-note.js";
import { parseBytes } from "../support/elf-refusal.js";

const skipped = hasGcc ? "" : " (skipped: no gcc)";
describe.skipIf(!hasGcc)(`a note of NVIDIA's${skipped}`, () => {
  const folder = createFolder();

  test.each([1, 4, 8])("aligned to %i", async (alignment) => {
    const { notes } = await parseBytes(buildCudaCompat(folder, { alignment }));
    expect(notes.cudaCompat).toBe(CUDA_NOTE);
    // The linker's own note is found behind it.
    expect(notes.buildId).toMatch(/^[0-9a-f]{40}$/);
  });
  test("of another owner says nothing", async () => {
    expect((await parseBytes(buildCudaCompat(folder, { owner: "Somebody Else" }))).notes.cudaCompat).toBeUndefined();
  });
  test("that says it is larger than the file is read as far as it goes", async () => {
    const { notes } = await parseBytes(buildCudaCompat(folder, { size: 1 << 30 }));
    expect(notes.cudaCompat).toBe(CUDA_NOTE);
  });
});

/** A libcuda for forward compatibility, with NVIDIA's note in it, as the assembler and the link editor make one. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What NVIDIA's note says. */
export const CUDA_NOTE = '{"Format": 1, "CUDA Version": "13.1", "Driver": [535, 550, 570], "Device": [1, 2]}';
export const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

interface CudaNote {
  readonly alignment?: number;
  readonly owner?: string;
  readonly text?: string;
  /** what the note says of its size */
  readonly size?: number;
}

/** Writes it into a folder, and returns its bytes. */
export function buildCudaCompat(
  folder: string,
  { alignment = 4, owner = "NVIDIA Corporation", text = CUDA_NOTE, size = text.length }: CudaNote = {},
): Uint8Array {
  const quoted = text.replaceAll('"', '\\"');
  const [source, library] = [join(folder, "note.s"), join(folder, "libcuda.so.590.44.01")];
  writeFileSync(
    source,
    `.section .note.cuda.fwd_compatibility,"a",%note
.balign ${alignment}
.long ${owner.length + 1}
.long ${size}
.long 1
.asciz "${owner}"
.balign ${alignment}
.ascii "${quoted}"
.balign ${alignment}
.section .note.GNU-stack,"",%progbits
`,
  );
  const { status, stderr } = spawnSync("gcc", [
    "-shared",
    "-nostdlib",
    "-Wl,-soname,libcuda.so.1",
    "-o",
    library,
    source,
  ]);
  if (status !== 0) throw new Error(String(stderr));
  return readFileSync(library);
}

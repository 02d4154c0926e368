/** How image/ hands a file's content to whoever understands it, without knowing what that is. */

/** The content of one file of a layer, by position; a read returns a view that is valid while the inspector works. */
export interface FileBody {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

export interface FileInspector<Facts> {
  /**
   * Whether the body is worth reading.
   *
   * @param path absolute byte string
   * @param head the first 64 bytes, or the whole file when it is shorter
   */
  wants(path: string, head: Uint8Array, size: number): boolean;
  inspect(path: string, body: FileBody): Promise<Facts> | Facts;
  /** the facts of a file whose body was let go */
  readonly skipped: Facts;
}

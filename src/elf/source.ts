/** Bytes that can be asked for by position: a whole file in memory, kept ranges of a stream, or an open file. */
export interface ByteSource {
  /** the file's length in bytes */
  readonly size: number;
  /** what is given is there as long as the source is: nobody needs a copy */
  readonly isLasting?: true;
  /**
   * `length` bytes from `offset`. The range lies inside the file: callers check it against `size` first.
   * @returns a view that is valid until the next call, or for longer where the source is lasting; it may be a Buffer, whose slice() is a view as well
   */
  read(offset: number, length: number): Uint8Array;
}

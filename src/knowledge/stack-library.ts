/**
 * The shape of a fact about a library that reaches hardware or other processes: MPI, a GPU's driver, a network. What a library is shows
 * in the functions that it defines and in what it says of itself; a file can have any name, and several projects share some names.
 */
export interface StackLibrary {
  /** "open-mpi": the word of reports */
  readonly family: string;
  /** "Open MPI": the same for people */
  readonly name: string;
  /** what it is to its family: what programs ask for, what finds drivers, a driver, or a part that is opened when its hardware is there */
  readonly role: "library" | "loader" | "driver" | "provider";
  /** functions that it defines, all of them */
  readonly defines: readonly string[];
  /** what tells it from others that define the same, one of these being enough; absent where nobody else defines them */
  readonly marks?: {
    /** symbols that it defines or asks for */
    readonly symbols?: readonly string[];
    /** texts in its read-only data */
    readonly texts?: readonly RegExp[];
    /** version nodes that it asks of others */
    readonly asksFor?: RegExp;
    /** the name of its file */
    readonly file?: RegExp;
  };
  /** where its release stands, in the group `version`; the first that matches counts */
  readonly version?: {
    /** in its read-only data; the group `abi` is kept too */
    readonly texts?: readonly RegExp[];
    /** in the name of its file, with links followed */
    readonly file?: RegExp;
  };
  /** version nodes that it defines whose last one tells the interface that it offers, in the group `api` */
  readonly nodes?: RegExp;
  /** what a provider is called, in the group `provider`, in the name of its file */
  readonly provider?: RegExp;
  /** who says so, or what shows it */
  readonly source: string;
}

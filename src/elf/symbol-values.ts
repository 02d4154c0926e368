/** Values of the fields of a dynamic symbol that a loader asks for, as the gABI and the LSB spell them. */

/** st_shndx of what is defined elsewhere */
export const SHN_UNDEF = 0;
/** st_shndx of a value that no relocation moves */
export const SHN_ABS = 0xfff1;
export const STB_LOCAL = 0;
export const STB_WEAK = 2;
export const STT_TLS = 6;

/** the bits of a DT_VERSYM entry that are the version's index */
export const VERSION_INDEX = 0x7fff;
/** its bit for a definition that only a reference with that version takes */
export const VERSION_HIDDEN = 0x8000;

/** The notes of a file in the making, each in a section of its own, as linkers write them. */
import type { ByteWriter } from "./elf-bytes.js";
import type { NotesDescription } from "./elf-description.js";

const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const NT_FDO_DLOPEN = 0x407c0c0a;

export interface NoteSection {
  readonly name: string;
  readonly align: number;
  write(writer: ByteWriter): void;
}

export function planNotes(notes: NotesDescription, wordSize: 4 | 8): NoteSection[] {
  const { abiTag, buildId, properties = [], dlopen = [] } = notes;
  const sections: NoteSection[] = [];
  if (properties.length > 0) {
    sections.push({
      name: ".note.gnu.property",
      align: wordSize,
      write(writer) {
        const room = 8 + wordSize;
        writer
          .word(4)
          .word(properties.length * room)
          .word(NT_GNU_PROPERTY_TYPE_0)
          .raw(Buffer.from("GNU\0"));
        for (const { type, value } of properties)
          writer
            .word(type)
            .word(4)
            .word(value)
            .zeros(wordSize - 4);
      },
    });
  }
  if (buildId !== undefined) {
    const bytes = Buffer.from(buildId, "hex");
    sections.push(plainNote(".note.gnu.build-id", "GNU", NT_GNU_BUILD_ID, (writer) => writer.raw(bytes), bytes.length));
  }
  if (abiTag !== undefined) {
    const put = (writer: ByteWriter): void => [abiTag.os, ...abiTag.kernel].forEach((value) => writer.word(value));
    sections.push(plainNote(".note.ABI-tag", "GNU", NT_GNU_ABI_TAG, put, 16));
  }
  if (dlopen.length > 0) {
    sections.push({
      name: ".note.dlopen",
      align: 4,
      write(writer) {
        for (const text of dlopen) {
          const bytes = Buffer.from(`${text}\0`);
          plainNote("", "FDO", NT_FDO_DLOPEN, (each) => each.raw(bytes), bytes.length).write(writer);
        }
      },
    });
  }
  return sections;
}

function plainNote(
  name: string,
  owner: string,
  type: number,
  put: (writer: ByteWriter) => unknown,
  size: number,
): NoteSection {
  return {
    name,
    align: 4,
    write(writer) {
      writer
        .word(owner.length + 1)
        .word(size)
        .word(type)
        .raw(Buffer.from(`${owner}\0`))
        .align(4);
      put(writer);
      writer.align(4);
    },
  };
}

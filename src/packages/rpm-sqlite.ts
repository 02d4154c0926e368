/** rpm's database since 4.16: an SQLite file whose table Packages has a header a row. rpm's lib/backend/sqlite.cc. */
import { damaged, type DatabaseFile } from "./database-bytes.js";
import { readTable } from "./sqlite-table.js";

/** The headers of all packages. @throws ContainerspecError corrupt-image */
export function* readRpmSqlite(file: DatabaseFile): Generator<Buffer> {
  for (const [, header] of readTable(file, "Packages")) {
    if (!Buffer.isBuffer(header)) throw damaged("a package without a header", 0, file.size);
    yield header;
  }
}

/** SIF files by their bytes: a header, a table of objects, and the objects. sylabs/sif, pkg/sif. */
import { createHash } from "node:crypto";

const TABLE_AT = 4096;
const DESCRIPTOR = 585;
const DATA_AT = 32768;
const [PARTITION, OCI_INDEX, OCI_BLOB] = [0x4004, 0x400a, 0x400b];

/** Where the header and the table of its objects end. */
export const SIF_TABLES = TABLE_AT + 6 * DESCRIPTOR;

/** @param {Buffer} squashfs */
export function packSif(squashfs) {
  const partition = Buffer.alloc(11);
  partition.writeInt32LE(1, 0);
  partition.writeInt32LE(2, 4);
  partition.write("02", 8, "latin1");
  return pack([{ type: PARTITION, data: squashfs, extra: partition }]);
}

/**
 * An OCI image whose layers are squashfs file systems.
 *
 * @param {readonly Buffer[]} layers
 */
export function packOciSif(layers) {
  const blobs = [...layers];
  const store = (mediaType, value) => {
    const data = Buffer.from(JSON.stringify(value));
    blobs.push(data);
    return describe(mediaType, data);
  };
  const config = store("application/vnd.oci.image.config.v1+json", {
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
  });
  const manifest = store("application/vnd.oci.image.manifest.v1+json", {
    schemaVersion: 2,
    config,
    layers: layers.map((layer) => describe("application/vnd.sylabs.image.layer.v1.squashfs", layer)),
  });
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return pack([
    ...blobs.map((data) => ({ type: OCI_BLOB, data, extra: Buffer.from(digestOf(data)) })),
    { type: OCI_INDEX, data: index, extra: Buffer.from(digestOf(index)) },
  ]);
}

function pack(objects) {
  const head = Buffer.alloc(DATA_AT);
  head.write("SIF_MAGIC\0" + "01\0" + "02", 32, "latin1");
  [0, objects.length, TABLE_AT, objects.length * DESCRIPTOR, DATA_AT, 0].forEach((value, index) =>
    head.writeBigInt64LE(BigInt(value), 80 + 8 * index),
  );
  let at = DATA_AT;
  objects.forEach(({ type, data, extra }, index) => {
    const descriptor = head.subarray(TABLE_AT + index * DESCRIPTOR, TABLE_AT + (index + 1) * DESCRIPTOR);
    descriptor.writeInt32LE(type, 0);
    descriptor[4] = 1;
    descriptor.writeUInt32LE(index + 1, 5);
    descriptor.writeUInt32LE(0xf0000001, 9);
    descriptor.writeBigInt64LE(BigInt(at), 17);
    descriptor.writeBigInt64LE(BigInt(data.length), 25);
    extra.copy(descriptor, 201);
    at += data.length;
  });
  return Buffer.concat([head, ...objects.map(({ data }) => data)]);
}

const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const describe = (mediaType, bytes) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

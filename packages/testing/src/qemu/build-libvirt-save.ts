import { type ByteOrder, latin1Bytes } from '@vmcorekit/core';

const headerSizeInBytes = 92;

/** A file of `virsh save` by the fields of its header. */
export interface LibvirtSaveSpec {
  /** Default `LibvirtQemudSave`. */
  readonly magic?: string;
  /** Of the host; default little. */
  readonly byteOrder?: ByteOrder;
  /** Default 2. */
  readonly version?: number;
  /** 0 raw (the default), 1 gzip, 2 bzip2, 3 xz, 4 lzop, 5 zstd, 6 sparse. */
  readonly format?: number;
  /** Of the XML and the room after it; default 128. */
  readonly dataLength?: number;
  /** Of the domain. */
  readonly xml?: string;
  readonly stream: Uint8Array;
}

/** Builds a saved domain. Of a sparse one, the stream has the file's own offsets in it. */
export function buildLibvirtSave(spec: LibvirtSaveSpec): Uint8Array {
  const { magic = 'LibvirtQemudSave', version = 2, format = 0, dataLength = 128, stream } = spec;
  const isLittle = spec.byteOrder !== 'big';
  const streamAt = headerSizeInBytes + dataLength;
  const file = new Uint8Array(format === 6 ? stream.length : streamAt + stream.length);
  file.set(stream, format === 6 ? 0 : streamAt);
  file.set(latin1Bytes(magic));
  const view = new DataView(file.buffer);
  view.setUint32(16, version, isLittle);
  view.setUint32(20, dataLength, isLittle);
  view.setUint32(28, format, isLittle);
  file.set(latin1Bytes(spec.xml ?? '<domain type="kvm"/>'), headerSizeInBytes);
  return file;
}

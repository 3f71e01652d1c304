import {
  type ByteSource,
  type ByteStore,
  type Compressor,
  type Container,
  type ContainerContents,
  checkInside,
  definePlugin,
  EntrySource,
  hasAt,
  latin1UntilNul,
  type OpenContext,
  type Plugin,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * `BALE`, u32 count, then as many records of 72 bytes: a name of up to 48 bytes, u64 offset, u64
 * stored size, u64 size. Where the sizes differ, the entry is packed: blocks of u32 length and zlib
 * data. Each block unpacks to 64 KiB, except the last.
 */
const headerSizeInBytes = 8;
const recordSizeInBytes = 72;
const maxEntries = 4096;
const blockSizeInBytes = 64 * 1024;

interface BaleEntry {
  readonly name: string;
  readonly offset: number;
  readonly storedSizeInBytes: number;
  readonly sizeInBytes: number;
}

const isPacked = ({ storedSizeInBytes, sizeInBytes }: BaleEntry): boolean =>
  storedSizeInBytes !== sizeInBytes;

export const bale: Container = {
  name: 'bale',
  probe: ({ head }) =>
    hasAt(head, 0, 'BALE') ? { because: "begins with 'BALE'", strength: 'signature' } : undefined,
  /** Reading the index is quick. Unpacking takes long, so it belongs in the steps. */
  async open(source, context) {
    const entries = readIndex(source);
    const unpacker = entries.some(isPacked) ? await unpackerFor(context) : undefined;
    return contentsOf(source, entries, unpacker);
  },
};

export const plugin: Plugin = definePlugin({ name: 'example-bale', containers: [bale] });

export default plugin;

function readIndex(source: ByteSource): BaleEntry[] {
  const count = new StructView(
    readExactly(source, 0, headerSizeInBytes, 'bale header'),
    'little',
    'bale header',
    0,
  ).uint32(4);
  if (count > maxEntries) {
    throw malformed(4, 'count', `at most ${maxEntries}`, count);
  }
  const index = readExactly(source, headerSizeInBytes, count * recordSizeInBytes, 'bale index');
  const entries = Array.from({ length: count }, (_, row) =>
    entryAt(source, index, row * recordSizeInBytes),
  );
  if (new Set(entries.map(({ name }) => name)).size < count) {
    throw malformed(
      headerSizeInBytes,
      'name',
      'names of which no two are equal',
      entries.map(({ name }) => name).join(),
    );
  }
  return entries;
}

function entryAt(source: ByteSource, index: Uint8Array, at: number): BaleEntry {
  const fileOffset = headerSizeInBytes + at;
  const record = new StructView(
    index.subarray(at, at + recordSizeInBytes),
    'little',
    'bale record',
    fileOffset,
  );
  const entry = {
    name: latin1UntilNul(record.slice(0, 48)),
    offset: record.uint53(48, 'offset'),
    storedSizeInBytes: record.uint53(56, 'stored size'),
    sizeInBytes: record.uint53(64, 'size'),
  };
  checkInside(source, entry.offset, entry.storedSizeInBytes, `bale entry '${entry.name}'`);
  return entry;
}

interface Unpacker {
  readonly codec: Compressor;
  readonly store: ByteStore;
}

async function unpackerFor({ compressors, scratch }: OpenContext): Promise<Unpacker> {
  return { codec: await compressors.ready('zlib', 'decode'), store: await scratch() };
}

/**
 * Unpacked entries follow each other in the store. Opening an entry must not wait, so all are
 * unpacked before.
 */
function* contentsOf(
  source: ByteSource,
  entries: readonly BaleEntry[],
  unpacker: Unpacker | undefined,
): Generator<Progress, ContainerContents, void> {
  const places = new Map<string, readonly [ByteSource, number]>();
  let end = 0;
  for (const entry of entries) {
    if (unpacker === undefined || !isPacked(entry)) {
      places.set(entry.name, [source, entry.offset]);
      continue;
    }
    places.set(entry.name, [unpacker.store, end]);
    yield* unpack(source, entry, unpacker, end);
    end += entry.sizeInBytes;
  }
  return {
    entries,
    open({ name, sizeInBytes }) {
      const [bytes, start] = places.get(name) ?? [source, 0];
      return new EntrySource(bytes, start, sizeInBytes ?? 0, name);
    },
    damage: [],
    [Symbol.dispose]() {
      source[Symbol.dispose]();
      unpacker?.store[Symbol.dispose]();
    },
  };
}

function* unpack(
  source: ByteSource,
  { name, offset, storedSizeInBytes, sizeInBytes }: BaleEntry,
  { codec, store }: Unpacker,
  start: number,
): Generator<Progress, void, void> {
  const block = new Uint8Array(blockSizeInBytes);
  const structure = `packed bale entry '${name}'`;
  let at = offset;
  for (let done = 0; done < sizeInBytes; done += blockSizeInBytes) {
    yield { kind: 'progress', doing: `unpacking ${name}`, fraction: done / sizeInBytes };
    const wanted = Math.min(blockSizeInBytes, sizeInBytes - done);
    const length = new StructView(
      readExactly(source, at, 4, structure),
      'little',
      structure,
      at,
    ).uint32(0);
    if (at + 4 + length > offset + storedSizeInBytes) {
      throw malformed(at, 'block length', 'a block that ends within its entry', length);
    }
    const got = codec.decode(readExactly(source, at + 4, length, structure), block);
    if (got !== wanted) {
      throw malformed(at, 'block', `${wanted} bytes when unpacked`, got);
    }
    store.writeAt(start + done, block.subarray(0, wanted));
    at += 4 + length;
  }
}

function malformed(
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError {
  return new VmcorekitError('malformed', { structure: 'bale', fileOffset, field, wanted, got });
}

import { deflateSync } from 'node:zlib';
import {
  BufferSink,
  BufferSource,
  type ByteSource,
  type Dump,
  isVmcorekitError,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import { buildElf, buildKdump, buildSplitKdump, type KdumpSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit, defaultPlugins } from '../dist/index.js';

const pageSizeInBytes = 4096;
const toolkit = createDefaultToolkit();

function pageOf(pfn: number, of: number = 0): Uint8Array {
  return new Uint8Array(pageSizeInBytes).map((_, index) =>
    index % 16 === 0 ? pfn + of : (index * 7) % 11,
  );
}

function flattened(bytes: Uint8Array): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  // The head last, as makedumpfile writes it when the rest is known.
  sink.writeAt(pageSizeInBytes, bytes.subarray(pageSizeInBytes));
  sink.writeAt(0, bytes.subarray(0, pageSizeInBytes));
  sink.finish();
  return output.bytes.slice();
}

const spec: KdumpSpec = {
  compression: { flag: 1, encode: (page) => deflateSync(page) },
  pages: Array.from({ length: 60 }, (_, pfn) =>
    pfn % 3 === 2 ? { pfn } : { pfn, bytes: pageOf(pfn) },
  ),
  fields: { dump_level: 31, machine: 'x86_64', sysname: 'Linux', timestamp_sec: 7 },
};
const parts: readonly Uint8Array[] = buildSplitKdump(spec, [20, 40]).map(({ bytes }) => bytes);

function opened(files: readonly Uint8Array[]): Promise<Dump> {
  return toolkit.open(
    files.map((bytes, index): ByteSource => new BufferSource(bytes, `part-${index}`)),
  );
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  return items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
      );
}

function expectAllPages(
  { image: { memory } }: Dump,
  missing: (pfn: number) => boolean = () => false,
): void {
  for (const { pfn, bytes } of spec.pages) {
    const state = missing(pfn) ? 'absent' : bytes === undefined ? 'excluded' : 'stored';
    expect(memory.pageState(pfn), `page ${pfn}`).to.equal(state);
    if (state === 'stored') {
      expect(memory.read(pfn * pageSizeInBytes, pageSizeInBytes)).to.deep.equal(bytes);
    } else {
      expect(() => memory.read(pfn * pageSizeInBytes, 1)).to.throw(`is ${state}`);
    }
  }
}

describe('the parts of a split dump', () => {
  const flat = parts.map(flattened);
  const mixed = parts.map((bytes, index) => (index === 1 ? flattened(bytes) : bytes));
  for (const [what, set] of [
    ['flattened', flat],
    ['some flattened, some not', mixed],
    ['plain', parts],
  ] as const) {
    it(`${what}, are joined in every order`, async () => {
      for (const order of permutations(set)) {
        using dump = await opened(order);
        expect(dump.damage).to.deep.equal([]);
        expectAllPages(dump);
      }
    });

    it(`${what}, are read without any one of them, which is named`, async () => {
      for (const [index, part] of set.entries()) {
        using dump = await opened(set.filter((other) => other !== part));
        expect(dump.damage.map(({ name, pfn }) => [name, pfn])).to.deep.equal([
          ['split-part-missing', index * 20],
        ]);
        expectAllPages(dump, (pfn) => Math.floor(pfn / 20) === index);
        const { isSound, pages } = await toolkit.verify(dump);
        expect(isSound).to.equal(false);
        expect(pages.stored).to.equal(
          spec.pages.filter(({ bytes, pfn }) => bytes && Math.floor(pfn / 20) !== index).length,
        );
      }
    });
  }

  it('are not joined with parts of another dump, a whole dump, or another format', async () => {
    const [first = new Uint8Array()] = parts;
    const others = [
      buildSplitKdump({ ...spec, fields: { ...spec.fields, timestamp_sec: 8 } }, [20, 40])[1]
        ?.bytes ?? first,
      buildSplitKdump({ ...spec, byteOrder: 'big' }, [20, 40])[1]?.bytes ?? first,
      buildKdump(spec).bytes,
      buildElf({ segments: [{ data: pageOf(1) }] }).bytes,
    ];
    for (const other of others) {
      for (const files of [
        [first, other],
        [other, first],
      ]) {
        const error = await opened(files).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(isVmcorekitError(error), String(error)).to.equal(true);
      }
    }
  });
});

describe('dumps that are read at once', () => {
  const methods = { none: null, zlib: 'zlib', lzo: 'lzo', snappy: 'snappy', zstd: 'zstd' } as const;
  const flags = { none: 0, zlib: 1, lzo: 2, snappy: 4, zstd: 0x20 } as const;

  /** The same pages, different in each dump, compressed by each method. */
  async function dumps(): Promise<Dump[]> {
    const { compressors } = createToolkit(defaultPlugins);
    return await Promise.all(
      Object.entries(methods).map(async ([name, method], of) => {
        const codec = method === null ? null : await compressors.ready(method, 'encode');
        const flag = flags[name as keyof typeof flags];
        const encode = (page: Uint8Array): Uint8Array | undefined => {
          const output = new Uint8Array(2 * pageSizeInBytes);
          const length = codec?.encode?.(page, output) ?? -1;
          return length < 0 || length >= pageSizeInBytes ? undefined : output.slice(0, length);
        };
        const pages = Array.from({ length: 40 }, (_, pfn) => ({
          pfn,
          bytes: pageOf(pfn, of * 40),
        }));
        const file = buildKdump({
          pages,
          ...(codec === null ? {} : { compression: { flag, encode } }),
        });
        return await toolkit.open(new BufferSource(file.bytes, name));
      }),
    );
  }

  it('keep their pages apart, page by page in turn and in views within views', async () => {
    const open = await dumps();
    const bytesAt = (of: number, pfn: number) =>
      open[of]?.image.memory.read(pfn * pageSizeInBytes, pageSizeInBytes);
    for (let pfn = 0; pfn < 40; pfn++) {
      for (const of of open.keys()) {
        open[of]?.image.memory.withView(pfn * pageSizeInBytes, pageSizeInBytes, (view) => {
          const inner = (of + 1) % open.length;
          expect(bytesAt(inner, 39 - pfn)).to.deep.equal(pageOf(39 - pfn, inner * 40));
          expect([...view]).to.deep.equal([...pageOf(pfn, of * 40)]);
        });
      }
    }
    for (const dump of open) {
      dump[Symbol.dispose]();
    }
  });

  it('are verified, compared and searched side by side with what each gives alone', async () => {
    const open = await dumps();
    const [first, second] = open as [Dump, Dump];
    const work = [
      ...open.map(async (dump) => (await toolkit.verify(dump)).pages),
      ...open.map(async (dump) => (await toolkit.locate(dump)).confidence),
      toolkit.compare(first, second).then(({ memory }) => memory.pagesDifferent),
    ];
    const together = await Promise.all(work);
    const counts = { stored: 40, zero: 0, partial: 0, excluded: 0, absent: 0, corrupt: 0 };
    expect(together).to.deep.equal([...open.map(() => counts), ...open.map(() => 'none'), 40]);
    for (const dump of open) {
      dump[Symbol.dispose]();
    }
  });
});

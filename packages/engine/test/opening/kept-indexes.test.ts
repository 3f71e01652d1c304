import {
  BufferSource,
  type Container,
  definePlugin,
  EntrySource,
  type IndexCache,
  type IndexOf,
  inOneStep,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { claimBy, stateFormat } from './toys.ts';

/** Of files smaller than this none is kept. */
const largeInBytes = 16 << 20;
const given: (Uint8Array | null)[] = [];

/** `INDEX`, then what it holds. */
const indexing: Container = {
  name: 'indexing',
  probe: claimBy('INDEX'),
  open: async (source, { snapshot }) => {
    given.push(snapshot);
    return inOneStep(() => ({
      entries: [{ name: '', sizeInBytes: source.sizeInBytes - 5 }],
      open: () => new EntrySource(source, 5, source.sizeInBytes - 5),
      damage: [],
      snapshot: () => snapshot ?? Uint8Array.of(source.sizeInBytes & 0xff),
      [Symbol.dispose]: () => source[Symbol.dispose](),
    }));
  },
};

class FileLike extends BufferSource {
  readonly version: string | undefined;

  constructor(text: string, version: string | undefined, sizeInBytes: number = largeInBytes) {
    const bytes = new Uint8Array(sizeInBytes);
    bytes.set(new TextEncoder().encode(text));
    super(bytes, 'FILE');
    this.version = version;
  }
}

class MapCache implements IndexCache {
  readonly kept: Map<string, Uint8Array> = new Map();
  stores = 0;

  load(of: IndexOf): Uint8Array | undefined {
    return this.kept.get(keyOf(of));
  }

  store(of: IndexOf, bytes: Uint8Array): void {
    this.stores += 1;
    this.kept.set(keyOf(of), bytes);
  }
}

function keyOf({ version, place, ends }: IndexOf): string {
  return `${version} ${place} ${ends.join()}`;
}

describe('indexes that are kept between openings', () => {
  let cache: MapCache;
  const identify = async (file: BufferSource): Promise<void> => {
    given.length = 0;
    const toolkit = createToolkit(
      [definePlugin({ name: 'p', containers: [indexing], formats: [stateFormat] })],
      { indexCache: cache },
    );
    (await toolkit.identify(file))[Symbol.dispose]();
  };
  beforeEach(() => {
    cache = new MapCache();
  });

  it('are given back to the same container of the same file, and stored once', async () => {
    await identify(new FileLike('INDEXINDEXSTATE x', '1'));
    expect(given).to.deep.equal([null, null]);
    await identify(new FileLike('INDEXINDEXSTATE x', '1'));
    expect(given).to.deep.equal([Uint8Array.of(0), Uint8Array.of(0xfb)]);
    expect(cache.stores).to.equal(2);
  });

  it('are not given to a file of another version, or with another beginning', async () => {
    await identify(new FileLike('INDEXSTATE x', '1'));
    for (const other of [new FileLike('INDEXSTATE x', '2'), new FileLike('INDEXSTATE y', '1')]) {
      await identify(other);
      expect(given).to.deep.equal([null]);
    }
  });

  it('are none of a file that is small, or whose changes are not seen', async () => {
    await identify(new FileLike('INDEXSTATE x', undefined));
    await identify(new FileLike('INDEXSTATE x', '1', largeInBytes - 1));
    expect(cache.stores).to.equal(0);
  });
});

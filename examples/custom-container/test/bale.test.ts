import { deflateSync } from 'node:zlib';
import { plugin as compressors } from '@vmcorekit/compressors';
import { BufferSource, isVmcorekitError, MemoryStore, resultOf } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { buildElf, describeContainer, openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import { bale, plugin } from '../src/bale.ts';

interface Item {
  readonly bytes: Uint8Array;
  readonly isPacked?: boolean;
}

function packed(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const block = deflateSync(bytes.subarray(at, at + 0x10000));
    blocks.push(Buffer.from(Uint32Array.of(block.length).buffer), block);
  }
  return Buffer.concat(blocks);
}

function baleOf(items: Readonly<Record<string, Item>>): Uint8Array {
  const rows = Object.entries(items).map(([name, { bytes, isPacked }]) => ({
    name,
    size: bytes.length,
    stored: isPacked === true ? packed(bytes) : bytes,
  }));
  const index = Buffer.alloc(8 + rows.length * 72);
  index.write('BALE');
  index.writeUInt32LE(rows.length, 4);
  let end = index.length;
  for (const [row, { name, size, stored }] of rows.entries()) {
    const at = 8 + row * 72;
    index.write(name, at);
    for (const [field, value] of [end, stored.length, size].entries()) {
      index.writeBigUInt64LE(BigInt(value), at + 48 + field * 8);
    }
    end += stored.length;
  }
  return Buffer.concat([index, ...rows.map(({ stored }) => stored)]);
}

const text = Buffer.from('what these dumps are of');
const page = new Uint8Array(0x1000).map((_, index) => index % 251);
const dump = buildElf({
  segments: [{ p_type: 1, p_paddr: 0x1000, data: new Uint8Array(0x30000).fill(7) }],
}).bytes;
const codecs = compressors.compressors ?? [];

describe('the bale example', () => {
  describeContainer(bale, {
    compressors: codecs,
    cases: [
      {
        title: 'of a stored and two packed entries',
        file: baleOf({
          text: { bytes: text },
          dump: { bytes: dump, isPacked: true },
          page: { bytes: page, isPacked: true },
        }),
        holds: { text, dump, page },
      },
      {
        title: 'of nothing packed',
        file: baleOf({ text: { bytes: text }, page: { bytes: page } }),
        holds: { text, page },
      },
    ],
  });

  it('unpacks into room it asked for, and closes it', async () => {
    const closed: string[] = [];
    class Room extends MemoryStore {
      override [Symbol.dispose](): void {
        closed.push(this.name);
      }
    }
    const { compressors: registry } = createToolkit([compressors]);
    const context = openContext({ compressors: registry, scratch: async () => new Room() });
    const file = new BufferSource(baleOf({ dump: { bytes: dump, isPacked: true } }));
    const contents = resultOf(await bale.open(file, context));
    expect(closed).to.deep.equal([]);
    contents[Symbol.dispose]();
    expect(closed).to.deep.equal(['scratch']);
  });

  it('refuses two entries of one name, and a block that unpacks to another size', async () => {
    const twice = baleOf({ a: { bytes: text }, b: { bytes: text } });
    twice.set([0x61], 8 + 72);
    const short = baleOf({ dump: { bytes: dump, isPacked: true } });
    new DataView(short.buffer, short.byteOffset).setUint32(8 + 64, dump.length + 1, true);
    const { compressors: registry } = createToolkit([compressors]);
    for (const bytes of [twice, short]) {
      const work = bale.open(new BufferSource(bytes), openContext({ compressors: registry }));
      const error: unknown = await work.then(resultOf).catch((thrown: unknown) => thrown);
      expect(isVmcorekitError(error, 'malformed'), String(error)).to.equal(true);
    }
  });

  it('lets vmcorekit open the one dump in it, and any by its name', async () => {
    const toolkit = createDefaultToolkit([plugin]);
    const file = baleOf({ text: { bytes: text }, guest: { bytes: dump, isPacked: true } });
    for (const options of [{}, { entry: 'guest' }]) {
      using opened = await toolkit.open(new BufferSource(file, 'dumps.bale'), options);
      expect([opened.container, opened.image.format]).to.deep.equal(['bale', 'elf']);
      expect([...opened.image.memory.read(0x1000, 2)]).to.deep.equal([7, 7]);
    }
  });
});

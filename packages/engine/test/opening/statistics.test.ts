import { BufferSink, BufferSource, type ByteSource } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as elf } from '@vmcorekit/format-elf';
import { FlattenedSink, plugin as kdump } from '@vmcorekit/format-kdump';
import { buildElf, buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';

const pages = Array.from({ length: 200 }, (_, pfn) => ({
  pfn,
  bytes: new Uint8Array(4096).fill(pfn + 1),
  isRaw: true,
}));
const plain = buildKdump({ pages }).bytes;

/** The same, in records out of order. */
function flattened(): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  for (let at = 0; at < plain.length; at += 8000) {
    sink.writeAt(at, plain.subarray(at, at + 4000));
    sink.writeAt(at + 4000, plain.subarray(at + 4000, at + 8000));
  }
  sink.finish();
  return output.bytes.slice();
}

/** Counts for itself what it is asked for. */
class AskedSource extends BufferSource {
  asked: number = 0;

  override readInto(offset: number, target: Uint8Array): number {
    const got = super.readInto(offset, target);
    this.asked += got;
    return got;
  }
}

describe('the statistics of a dump', () => {
  const toolkit = createToolkit([elf, kdump]);
  const files: Record<string, Uint8Array> = {
    'a KDUMP file': plain,
    'a flattened file': flattened(),
    'an ELF file': buildElf({ segments: [{ data: new Uint8Array(300_000).fill(7) }] }).bytes,
  };

  for (const [what, bytes] of Object.entries(files)) {
    it(`count what the file was asked for, below cache and container: ${what}`, async () => {
      const source: ByteSource & { readonly asked: number } = new AskedSource(bytes);
      using dump = await toolkit.open(source);
      expect(dump.statistics).to.deep.equal({ bytesRead: source.asked, pagesRead: 0 });
      const opened = source.asked;
      const { memory } = dump.image;
      for (const pfn of [0, 60, 0, 60]) {
        memory.read(pfn * 4096, 4096);
      }
      expect(dump.statistics).to.deep.equal({ bytesRead: source.asked, pagesRead: 2 });
      expect(source.asked).to.be.above(opened);
    });
  }

  it('are of a file that is cached once: a page that is read again asks for nothing', async () => {
    const source = new AskedSource(plain);
    using dump = await toolkit.open(source);
    dump.image.memory.read(0, 150 * 4096);
    const { asked } = source;
    dump.image.memory.read(0, 150 * 4096);
    expect(source.asked).to.equal(asked);
    expect(asked).to.be.below(plain.length + 2 * 65_536);
  });
});

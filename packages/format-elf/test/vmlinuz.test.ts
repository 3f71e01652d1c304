import { gunzipSync, gzipSync } from 'node:zlib';
import { BufferSource, SliceSource, type SymbolTable, VmcorekitError } from '@vmcorekit/core';
import { VmlinuxSymbols, Vmlinuz } from '@vmcorekit/format-elf';
import { buildVmlinux, buildVmlinuz, headOf, openContext, structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { pattern } from './opened.ts';

const banner = 'Linux version 6.1.0-57-test (builder@host) (gcc 12, GNU ld 2.40) #1 SMP';
const buildId = '00112233445566778899aabbccddeeff00112233';
const btf = structsBtf({ list_head: { size: 16, members: { next: 0, prev: 8 } } });
const kernel = buildVmlinux({ banner: `${banner}\n`, buildId, btf, isStripped: true }).bytes;
const size = Uint8Array.of(1, 2, 3, 4);

/** Stands for the containers of a toolkit: the payload is what `gzip` made, whatever its magic. */
function open(bytes: Uint8Array): Promise<SymbolTable> {
  return new Vmlinuz().open(new BufferSource(bytes, 'vmlinuz-test'), {
    compressors: openContext().compressors,
    async unpack(part) {
      const packed = new Uint8Array(part.sizeInBytes);
      part.readInto(0, packed);
      if (packed[0] !== 0x1f) {
        throw new VmcorekitError('unsupported', { what: 'a file', advice: 'decompress it first' });
      }
      try {
        return new BufferSource(new Uint8Array(gunzipSync(packed)));
      } catch (error) {
        throw new VmcorekitError('bad-data', { codec: 'gzip', because: String(error) });
      }
    },
  });
}

async function failureOf(bytes: Uint8Array): Promise<VmcorekitError> {
  try {
    await open(bytes);
  } catch (error) {
    if (error instanceof VmcorekitError) {
      return error;
    }
    throw error;
  }
  throw new Error('it opened');
}

describe('Vmlinuz', () => {
  it('gives the BTF, the build ID and the banner of the kernel in it, and no symbols', async () => {
    const bytes = buildVmlinuz({ payload: gzipSync(kernel) });
    expect(new Vmlinuz().probe(headOf(bytes))).to.deep.equal({
      because: "'HdrS' at offset 0x202, boot protocol 2.15",
      strength: 'signature',
    });
    const table = await open(bytes);
    expect([table.from, table.size, [...table]]).to.deep.equal(['vmlinuz-test', 0, []]);
    expect([table.find('_text'), table.at(0n)]).to.deep.equal([undefined, undefined]);
    expect([table.buildId, table.banner]).to.deep.equal([buildId, banner]);
    expect(table.btf).to.deep.equal(btf);
  });

  it('takes 4 for no setup sectors, as the boot protocol says', async () => {
    const { buildId: found } = await open(
      buildVmlinuz({ payload: gzipSync(kernel), setup_sects: 0 }),
    );
    expect(found).to.equal(buildId);
  });

  it('claims no image before the protocol with a payload, and no other file', () => {
    const old = buildVmlinuz({ payload: kernel, version: 0x207 });
    expect(new Vmlinuz().probe(headOf(old))).to.equal(undefined);
    expect(new Vmlinuz().probe(headOf(kernel))).to.equal(undefined);
    expect(new Vmlinuz().probe(headOf(new Uint8Array(10)))).to.equal(undefined);
  });

  for (const [method, magic] of [
    ['xz', '\xfd7zXZ\0'],
    ['lzo', '\x89LZO'],
    ['zstd', '\x28\xb5\x2f\xfd'],
    ['lz4', '\x02\x21\x4c\x18'],
    ['bzip2', 'BZh'],
    ['lzma', '\x5d\0\0'],
  ] as const) {
    it(`names ${method} where no container unpacks it, and says what to do`, async () => {
      const payload = Uint8Array.from([...Buffer.from(magic, 'latin1'), ...kernel, ...size]);
      const { code, message } = await failureOf(buildVmlinuz({ payload }));
      expect([code, message]).to.deep.equal([
        'unsupported',
        `vmlinuz-test: its kernel is compressed with ${method}, which is not unpacked here: unpack it with scripts/extract-vmlinux of Linux's source, and give the result`,
      ]);
    });
  }

  it('leaves out the size that the build appends to all streams but gzip', async () => {
    const payload = Uint8Array.from([0x02, 0x21, 0x4c, 0x18, ...kernel, ...size]);
    const table = await new Vmlinuz().open(new BufferSource(buildVmlinuz({ payload })), {
      compressors: openContext().compressors,
      unpack: async (part) => new SliceSource(part, 4, part.sizeInBytes - 4),
    });
    expect(table.buildId).to.equal(buildId);
  });

  it('refuses a kernel without types, and a payload beyond the file', async () => {
    const untyped = buildVmlinux({ banner: `${banner}\n`, buildId, isStripped: true }).bytes;
    const bare = await failureOf(buildVmlinuz({ payload: gzipSync(untyped) }));
    expect(bare.message).to.include('holds no types');
    const cut = buildVmlinuz({ payload: gzipSync(kernel), payload_length: 1 << 30 });
    expect((await failureOf(cut)).code).to.equal('truncated');
  });

  it('opens any other bytes or throws one of its errors', async () => {
    const whole = buildVmlinuz({ payload: gzipSync(kernel) });
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        try {
          expect((await open(bytes)).size).to.equal(0);
        } catch (error) {
          expect(error).to.be.instanceOf(VmcorekitError);
        }
      }),
    );
  });
});

describe('VmlinuxSymbols of a stripped kernel', () => {
  it('gives its types and identity, as extract-vmlinux makes it', () => {
    const table = new VmlinuxSymbols().open(new BufferSource(kernel, 'extracted'));
    expect([table.size, table.buildId, table.banner]).to.deep.equal([0, buildId, banner]);
    expect(table.btf).to.deep.equal(btf);
  });

  it('believes no banner where there are two', () => {
    const other = banner.replace('6.1.0', '6.1.1');
    const { bytes } = buildVmlinux({
      banner: `${banner}\n\0${other}\n`,
      buildId,
      btf,
      isStripped: true,
    });
    const table = new VmlinuxSymbols().open(new BufferSource(bytes));
    expect([table.buildId, table.banner]).to.deep.equal([buildId, undefined]);
  });

  it('finds a banner across the steps of its search, and no text that begins like it', () => {
    for (const before of [0, 65_530, 65_536, 131_000]) {
      const filler = Buffer.from(pattern(before, 1).map((byte) => (byte % 20) + 1)).toString(
        'latin1',
      );
      const { bytes } = buildVmlinux({
        banner: `${filler}Linux version %s\0${banner.replace('#1', '#')}\n\0${banner}\n`,
        btf,
        isStripped: true,
      });
      expect(new VmlinuxSymbols().open(new BufferSource(bytes)).banner).to.equal(banner);
    }
  });
});

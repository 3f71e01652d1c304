import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSource } from '@vmcorekit/core';
import { buildLinuxKernel, describeFormat, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import { plugin, toyState } from '../src/toy-state.ts';

const memory = new Uint8Array(0x3000).map((_, index) => (index * 7 + (index >> 12)) & 0xff);
const stateOf = (...lines: readonly string[]): Uint8Array =>
  Buffer.from(['TOYSTATE', ...lines, ''].join('\n'));
const small = stateOf('machine x86_64', 'memory guest.mem', 'range 1000 2000', 'range 4000 6000');

describe('the format with a companion', () => {
  describeFormat(toyState, {
    cases: [
      {
        title: 'of two ranges',
        files: [small],
        companions: { 'guest.mem': memory },
        holds: [
          { address: 0x1ffe, bytes: memory.subarray(0xffe, 0x1000) },
          { address: 0x4ff0, bytes: memory.subarray(0x1ff0, 0x2010) },
        ],
      },
      {
        title: 'whose memory is cut short',
        files: [small],
        companions: { 'guest.mem': memory.subarray(0, 0x2800) },
        holds: [{ address: 0x4000, bytes: memory.subarray(0x1000, 0x2000) }],
      },
    ],
  });

  const toolkit = createDefaultToolkit([plugin]);
  const folder = mkdtempSync(join(tmpdir(), 'toy-state-'));
  after(() => rmSync(folder, { recursive: true }));

  it('finds a kernel in the memory beside the named file', async () => {
    const size = 0x2400000;
    const guest = new SparseMemory({ ranges: [{ start: 0, end: size }] });
    const place = {
      physBase: 0x600000,
      kaslrOffset: 0,
      vmcoreInfoAt: 0x2080000,
      tablesFrom: 0x2000000,
    };
    buildLinuxKernel({ memory: guest, ...place, directMapSizeInBytes: size });
    writeFileSync(join(folder, 'guest.mem'), guest.read(0x1000000, size - 0x1000000));
    const path = join(folder, 'guest.state');
    writeFileSync(
      path,
      stateOf('machine x86_64', 'memory guest.mem', `range 1000000 ${size.toString(16)}`),
    );
    const { source, ...named } = await toolkit.openFile(path);
    using dump = await toolkit.open(source, named);
    expect(dump.image.architecture).to.equal('x86_64');
    expect((await toolkit.locate(dump)).kernel?.physBase).to.equal(0x600000);
  });

  it('says which file is missing', async () => {
    const error: unknown = await toolkit
      .open(new BufferSource(small, 'guest.state'))
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property(
      'message',
      'guest.state without its memory: put guest.mem beside it, by that name',
    );
  });

  it('refuses ranges that touch, overlap or are no whole pages', async () => {
    for (const ranges of [
      ['range 2000 1000'],
      ['range 0 1001'],
      ['range 0 2000', 'range 2000 3000'],
      ['range x y'],
    ]) {
      const file = new BufferSource(stateOf('machine x86_64', 'memory guest.mem', ...ranges));
      const error: unknown = await toolkit.open(file).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'malformed');
    }
  });
});

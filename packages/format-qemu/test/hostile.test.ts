import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/format-qemu';
import { buildQemuStream, type QemuStreamSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import { pattern } from './pattern.ts';

const toolkit = createToolkit([plugin]);
const block = 'pc.ram';
const spec: QemuStreamSpec = {
  blocks: [{ name: block, sizeInBytes: 0x4000 }],
  parts: [[{ block, offset: 0, page: pattern(1) }]],
  devices: [],
};

/** The names of the damage of what opens, or the code of the error. */
async function outcomeOf(bytes: Uint8Array): Promise<readonly string[]> {
  try {
    using dump = await toolkit.open(new BufferSource(bytes, 'stream'));
    return dump.damage.map(({ name }) => name);
  } catch (error) {
    return [isVmcorekitError(error) ? error.code : 'another error'];
  }
}

/** The stream with other bytes from its end on: the last byte of its own is the end mark. */
function withTail(...parts: readonly Uint8Array[]): Uint8Array {
  const stream = buildQemuStream({ ...spec, hasDescription: false });
  return Buffer.concat([stream.subarray(0, -1), ...parts]);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const device = (id: number): Uint8Array =>
  Buffer.concat([
    Buffer.of(4),
    u32(id),
    Buffer.from('\x01d'),
    u32(0),
    u32(1),
    Buffer.of(0x7e),
    u32(id),
  ]);

describe('a hostile stream', () => {
  it('is not read deeper than descriptions are, nor longer', async () => {
    const deep = Buffer.from('{"devices":'.padEnd(200_000, '['));
    const nested = Buffer.from(`{"a":${'['.repeat(5000)}${']'.repeat(5000)},"devices":[]}`);
    for (const json of [deep, nested]) {
      const stream = withTail(device(9), Buffer.of(0, 6), u32(json.length), json);
      expect(await outcomeOf(stream)).to.deep.equal([]);
    }
    const long = withTail(device(9), Buffer.of(0, 6), u32(0xffff_ffff), Buffer.from('{"devices":'));
    expect(await outcomeOf(long)).to.deep.equal([]);
  });

  it('has no more devices than any machine, and what came before them counts', async () => {
    const many = Array.from({ length: 70_000 }, (_, index) => device(index));
    expect(await outcomeOf(withTail(...many))).to.deep.equal(['stream-broken']);
  });

  it('cannot make a device endless', async () => {
    const endless = Buffer.concat([device(1).subarray(0, 15), Buffer.alloc(2 ** 20, 0x7e)]);
    expect(await outcomeOf(withTail(endless))).to.deep.equal(['file-truncated']);
  });

  it('cannot list blocks that no machine has', async () => {
    const tebibyte = 2 ** 40;
    const huge = [{ name: block, sizeInBytes: 8192 * tebibyte - 4096 }];
    expect(await outcomeOf(buildQemuStream({ ...spec, blocks: huge }))).to.deep.equal([
      'malformed',
    ]);
    const odd = [{ name: block, sizeInBytes: 0x1800 }];
    expect(await outcomeOf(buildQemuStream({ ...spec, blocks: odd }))).to.deep.equal(['malformed']);
    const many = Array.from({ length: 5000 }, (_, index) => ({
      name: `b${index}`,
      sizeInBytes: 4096,
    }));
    expect(await outcomeOf(buildQemuStream({ ...spec, blocks: many, parts: [] }))).to.deep.equal([
      'malformed',
    ]);
  });

  // The sum was shown rounded, as the most that the first block may have.
  it('whose blocks have a sum that no machine has is refused for the sum', async () => {
    const stream = Buffer.from(buildQemuStream(spec));
    const sumAt = stream.indexOf('ram\0\0\0\0\0\0\0\x04', 0, 'latin1') + 11;
    stream[sumAt] = 0xff;
    const failure = await toolkit.open(new BufferSource(stream, 'stream')).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    expect(failure).to.equal(
      `VmcorekitError: list of RAM blocks at 0x${sumAt.toString(16)}: sum of their lengths is 0xff00000000004000, wanted at most 0x10000000000000`,
    );
  });

  it('may state petabytes, of which nothing is kept but the runs of its records', async () => {
    const blocks = [{ name: block, sizeInBytes: 2 ** 50 }];
    const far = 2 ** 50 - 4096;
    const parts = [[0, far].map((offset) => ({ block, offset, page: pattern(offset % 7) }))];
    const before = process.memoryUsage().arrayBuffers;
    using dump = await toolkit.open(
      new BufferSource(buildQemuStream({ ...spec, blocks, parts }), 'stream'),
    );
    expect([...dump.image.memory.storedRuns()]).to.have.length(2);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(64 * 2 ** 20);
  });

  it('whose records name no block, no page or no kind ends there', async () => {
    const stream = buildQemuStream({ ...spec, hasDescription: false });
    const recordAt = Buffer.from(stream).indexOf(block, 90, 'latin1') - 9;
    expect(recordAt).to.be.above(0);
    for (const [at, value] of [
      [7, 0x80],
      [7, 0x09],
      [6, 0x41],
      [5, 0xff],
    ] as const) {
      const damaged = Uint8Array.from(stream);
      damaged[recordAt + at] = value;
      expect(['malformed', 'unsupported'], `${at}`).to.include((await outcomeOf(damaged))[0]);
    }
  });

  it('cannot hold more capabilities or subsections than QEMU knows', async () => {
    const capabilities = Array.from({ length: 300 }, () => 'c');
    expect(await outcomeOf(buildQemuStream({ ...spec, capabilities }))).to.deep.equal([
      'malformed',
    ]);
    const stream = buildQemuStream({ ...spec, capabilities: ['events'] });
    const at = Buffer.from(stream).indexOf('configuration/capabilities');
    stream[at] = 0x58;
    expect(await outcomeOf(stream)).to.deep.equal(['malformed']);
  });
});

import { latin1Bytes } from '@vmcorekit/core';
import { readDeviceNumbers, readResources } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { memoryKernel, memoryTypes, structBytes } from '../memory/memory-kernel.ts';
import { addressOf, words } from '../system/kernel-with.ts';

const types = memoryTypes({
  structs: {
    resource: ['u64 start', 'u64 end', 'void *name', 'void *sibling', 'void *child'],
    char_device_struct: [
      'void *next',
      'u32 major',
      'u32 baseminor',
      'u32 minorct',
      'char name[16]',
    ],
  },
});
const [root, one, two, inner, name] = [0, 1, 2, 3, 4].map(addressOf) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];

const resource = (values: Readonly<Record<string, bigint>>) =>
  structBytes(types, 'resource', { name, ...values });

function resourcesWith(changed: Readonly<Record<string, bigint>> = {}) {
  const kernel = memoryKernel(types, {
    iomem_resource: resource({ child: one }),
    one: resource({ start: 0x1000n, end: 0x1fffn, sibling: two, child: inner }),
    two: resource({ start: 0x3000n, end: 0x3fffn, ...changed }),
    inner: resource({ start: 0x1800n, end: 0x18ffn }),
    text: latin1Bytes('System RAM\0'),
  });
  return readResources(kernel, 'iomem_resource');
}

describe('the resources of a kernel', () => {
  it('come in the order of /proc/iomem, children after their parent', () => {
    const { resources, isComplete } = resourcesWith();
    expect(resources.map(({ start, depth }) => [start, depth])).to.deep.equal([
      [0x1000n, 0],
      [0x1800n, 1],
      [0x3000n, 0],
    ]);
    expect(resources[0]).to.deep.include({ address: one, end: 0x1fffn, name: 'System RAM' });
    expect(isComplete).to.equal(true);
  });

  it('end where one comes again, and say so', () => {
    for (const changed of [{ sibling: one }, { child: two }, { sibling: root }]) {
      const { resources, isComplete } = resourcesWith(changed);
      expect([resources.length, isComplete]).to.deep.equal([3, false]);
    }
  });

  it('end for every link', () => {
    const link = fc.oneof(
      fc.constantFrom(0n, root, one, two, inner, inner + 8n),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    );
    fc.assert(
      fc.property(link, link, (sibling, child) => {
        expect(resourcesWith({ sibling, child }).resources.length).to.be.within(3, 8);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the major numbers of devices', () => {
  const entry = (values: Readonly<Record<string, bigint>>, called: string) =>
    structBytes(types, 'char_device_struct', { ...values, name: latin1Bytes(`${called}\0`) });
  const read = (next: bigint) =>
    readDeviceNumbers(
      memoryKernel(types, {
        chrdevs: words(one, 0n, 0n),
        one: entry({ major: 136n, baseminor: 0n, minorct: 256n, next: two }, 'pts'),
        two: entry({ major: 4n, baseminor: 64n, minorct: 4n, next }, 'ttyS'),
      }),
      'character',
    );

  it('come by number, with their minor numbers', () => {
    expect(read(0n)).to.deep.equal({
      isComplete: true,
      numbers: [
        { address: two, major: 4, firstMinor: 64, minors: 4, name: 'ttyS' },
        { address: one, major: 136, firstMinor: 0, minors: 256, name: 'pts' },
      ],
    });
  });

  it('are incomplete where a chain comes back to one, or leads out of memory', () => {
    for (const next of [one, two, 8n]) {
      const { numbers, isComplete } = read(next);
      expect([numbers.length, isComplete]).to.deep.equal([2, false]);
    }
  });
});

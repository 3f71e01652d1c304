import { qemuClock } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { waysToPlug } from '../../dist/machine/plugged-memory.js';
import { opened } from '../opened.ts';
import { pattern } from '../pattern.ts';

const mib = 2 ** 20;
const gib = 2 ** 30;
const known = [{ start: 0, end: gib }];

function block(name: string, sizeInBytes: number) {
  return { name, sizeInBytes, firstPage: 0, statedAt: 0 };
}

function range(start: number, sizeInBytes: number) {
  return { start, end: start + sizeInBytes };
}

/** Each way as `block@address`. */
function ways(blocks: Parameters<typeof waysToPlug>[0], ram: Parameters<typeof waysToPlug>[2]) {
  return waysToPlug(blocks, known, ram).map((way) =>
    way.map((each) => `${each.block.name}@${each.physicalAddress / mib}`).join(),
  );
}

const low = range(0x1000, gib - 0x1000);

describe('memory that was plugged into a machine', () => {
  it('lies where the kernel lists RAM of its size', () => {
    const blocks = [block('big', 256 * mib), block('small', 128 * mib)];
    const ram = [low, range(4 * gib, 128 * mib), range(4 * gib + 128 * mib, 256 * mib)];
    expect(ways(blocks, ram)).to.deep.equal(['small@4096,big@4224']);
  });

  it('may be listed as one range with its neighbour', () => {
    const blocks = [block('big', 256 * mib), block('small', 128 * mib)];
    expect(ways(blocks, [low, range(4 * gib, 384 * mib)])).to.deep.equal([
      'big@4096,small@4352',
      'small@4096,big@4224',
    ]);
  });

  it('has two ways where two are alike, and none where nothing selects one of many', () => {
    const alike = (count: number) =>
      Array.from({ length: count }, (_, index) => block(`m${index}`, 128 * mib));
    const listed = (count: number) => [
      low,
      ...alike(count).map((_, index) => range(4 * gib + index * gib, 128 * mib)),
    ];
    expect(ways(alike(2), listed(2))).to.have.length(2);
    expect(ways(alike(4), listed(4))).to.deep.equal([]);
    expect(ways(alike(40), listed(40))).to.deep.equal([]);
  });

  it('has no place where the RAM listed is of another size, or overlaps what is known', () => {
    const blocks = [block('m', 128 * mib)];
    expect(ways(blocks, [low, range(4 * gib, 127 * mib)])).to.deep.equal([]);
    expect(ways(blocks, [low, range(gib - 64 * mib, 128 * mib)])).to.deep.equal([]);
    expect(ways(blocks, [low])).to.deep.equal([]);
  });

  it('is placed once, apart from each other and from what is known, whatever is listed', () => {
    const size = fc.integer({ min: 1, max: 4 }).map((units) => units * mib);
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 5 }),
        fc.array(size, { maxLength: 5 }),
        (own, listed) => {
          const blocks = own.map((bytes, index) => block(`m${index}`, bytes));
          let at = 4 * gib;
          const ram = listed.map((bytes) => {
            at += bytes;
            return { start: at - bytes, end: at };
          });
          for (const way of waysToPlug(blocks, known, ram)) {
            expect(new Set(way.map(({ block: { name } }) => name)).size).to.equal(way.length);
            const total = way.reduce((sum, each) => sum + each.block.sizeInBytes, 0);
            expect(total).to.equal(at - 4 * gib);
          }
        },
      ),
    );
  });

  it('is read from its block once it has a place, and is absent before', async () => {
    using dump = await opened({
      machineType: 'pc-i440fx-7.2',
      blocks: [
        { name: 'pc.ram', sizeInBytes: 32 * mib },
        { name: 'm1', sizeInBytes: 8 * mib },
      ],
      parts: [[{ block: 'm1', offset: 0x1000, page: pattern(3) }]],
      devices: [qemuClock(32 * mib, 0)],
    });
    const { image } = dump;
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['memory-unplaced']);
    expect(image.memory.pageState(gib / 1024 + 1)).to.equal('absent');
    const [plugged, ...others] =
      image.layoutsBy?.([range(0, 32 * mib), range(4 * gib, 8 * mib)]) ?? [];
    expect(others).to.deep.equal([]);
    expect(plugged?.memory.read(4 * gib + 0x1000, 0x1000)).to.deep.equal(pattern(3));
    expect(plugged?.damage).to.deep.equal([]);
    expect(plugged?.header.get('ram blocks')).to.equal('pc.ram, m1');
    expect(plugged?.header.get('ram layout')).to.include("RAM of the size of 'm1' at 0x100000000");
  });
});

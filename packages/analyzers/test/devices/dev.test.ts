import { dev } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout } from '../scheduling/context.ts';

const types = btfTypes(
  cBtf({
    resource: [
      ...['u64 start', 'u64 end', 'void *name', 'u64 flags', 'void *parent', 'void *sibling'],
      'void *child',
    ],
  }),
  { wordSizeInBits: 64 },
);

/** One range of ports and one of memory. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const tree = (name: string, start: bigint) =>
    place.make('resource', {
      child: place.make('resource', { start, end: start + 7n, name: place.text(name) }),
    });
  Object.assign(place.symbols, {
    ioport_resource: tree('dma1', 0x10n),
    iomem_resource: tree('System RAM', 0x1000n),
  });
  return place;
}

const asked = { disks: false, io: true };

describe('dev', () => {
  it('has the rows of every part that is shown, with the kind of each', () => {
    const { rows, data } = resultOf(dev.run(contextOf(build()), asked));
    const { columns = [], rows: cells = [] } = rows ?? {};
    const shown = ['kind', 'name', 'start', 'end', 'depth', 'major'];
    expect(Array.from(cells, (row) => shown.map((key) => row[columns.indexOf(key)]))).to.deep.equal(
      [
        ['port', 'dma1', '0x10', '0x17', 0, null],
        ['memory', 'System RAM', '0x1000', '0x1007', 0, null],
      ],
    );
    expect(Object.keys(data ?? {})).to.deep.equal(['ports', 'memory']);
  });

  it('has a table without rows where there is no kernel', () => {
    const { rows, data, text } = resultOf(dev.run(contextWithout(build()), asked));
    expect(data).to.equal(null);
    expect(text).to.deep.equal(['no answer to dev: no kernel was found in memory']);
    expect([rows?.columns[0], [...(rows?.rows ?? [])].length]).to.deep.equal(['kind', 0]);
  });
});

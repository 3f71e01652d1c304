import { type DumpFormat, definePlugin, type PlacedBytes } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { claimBy, failureOf, memoryOpener, shelf, shelfWith, stateFormat, textOf } from './toys.ts';

/** Memory as it lies in a file, at addresses that the user gives. */
const memoryFormat: DumpFormat = {
  ...stateFormat,
  name: 'raw',
  takesPlaces: true,
  probe: () => undefined,
};
const other = { ...shelf, name: 'other', probe: claimBy('OTHER', 'likely') };
const named = { ...shelf, name: 'named', isNamedOnly: true as const, probe: claimBy('NAMED') };
const contents = 'STATE as memory';
let nested = contents;
for (let depth = 0; depth < 5; depth++) {
  nested = shelfWith({ in: nested });
}
const toolkit = createToolkit([
  definePlugin({
    name: 'p',
    sources: [
      memoryOpener({
        plain: contents,
        packed: shelfWith({ in: contents }),
        twice: shelfWith({ in: shelfWith({ in: contents }) }),
        nested,
        empty: '',
        likely: `OTHER${contents}`,
        named: `NAMED${contents}`,
      }),
    ],
    containers: [named, other, shelf],
    formats: [stateFormat, memoryFormat],
  }),
]);

interface Found {
  readonly format: string;
  readonly text: string;
  readonly containers: readonly string[];
  readonly placed: readonly PlacedBytes[] | null;
}

async function found(name: string, format?: string): Promise<Found> {
  const { source, ...rest } = await toolkit.openFile(name);
  using identified = await toolkit.identify(source, { ...rest, format });
  const { placed, containers } = identified;
  const text = textOf(identified.source);
  return { format: identified.format.name, text, containers, placed };
}

describe('a file that the user places in memory', () => {
  it('is raw memory, whatever it looks like', async () => {
    const lengthInBytes = contents.length;
    expect(await found('plain@0x10')).to.deep.equal({
      format: 'raw',
      text: contents,
      containers: [],
      placed: [{ address: 0x10, lengthInBytes, fileOffset: 0 }],
    });
  });

  it('is unpacked first: packed bytes are never taken as memory', async () => {
    for (const [name, containers] of [
      ['packed', ['shelf']],
      ['twice', ['shelf', 'shelf']],
    ] as const) {
      const { placed, ...rest } = await found(`${name}@0x10`);
      expect(rest, name).to.deep.equal({ format: 'raw', text: contents, containers });
      expect(placed, name).to.deep.equal([
        { address: 0x10, lengthInBytes: contents.length, fileOffset: 0 },
      ]);
      expect(await found(name, 'raw'), name).to.deep.equal({ ...rest, placed: null });
    }
  });

  it('is split by the size of what it holds, not of what it is packed to', async () => {
    expect((await found('packed@0+5,packed@0x100')).placed).to.deep.equal([
      { address: 0, lengthInBytes: 5, fileOffset: 0 },
      { address: 0x100, lengthInBytes: contents.length - 5, fileOffset: 5 },
    ]);
  });

  it('is refused with the reason where it has no such bytes, or no memory does', async () => {
    for (const [name, reason] of [
      ['packed@0+20', "got '20 bytes at 0x0', allowed is 1 to 15 bytes, which the file still has"],
      ['plain@0+0', "got '0 bytes at 0x0', allowed is 1 to 15 bytes"],
      [
        'plain@0,plain@128M',
        "got '0 bytes at 0x8000000', allowed is nothing more, because the places before it use up all 15 bytes of the file",
      ],
      ['empty@0', 'allowed is a file that is not empty'],
      [
        'plain@0x1ffffffffffff8',
        "got '15 bytes at 0x1ffffffffffff8', allowed is memory below 2^53",
      ],
      ['plain@0xfffffffffffff000', "got '0xfffffffffffff000', allowed is a number below 2^53"],
    ] as const) {
      expect(String(await failureOf(found(name))), name).to.include(reason);
    }
  });

  it('is not unpacked by a weak claim, nor by a container that is only recognized', async () => {
    for (const name of ['likely', 'named']) {
      expect((await found(`${name}@0`)).containers, name).to.deep.equal([]);
      expect((await found(name, 'raw')).containers, name).to.deep.equal([]);
    }
  });

  it('is refused where it lies too deep in containers', async () => {
    expect(String(await failureOf(found('nested@0')))).to.include('holds another shelf');
  });

  it('with other files is refused where one is packed, whichever it is', async () => {
    for (const name of ['packed@0,plain@1G', 'plain@0,packed@1G']) {
      expect(await failureOf(found(name)), name).to.have.property(
        'message',
        'packed is a container (shelf), not memory itself: unpack it first, because several files with addresses are read as they are',
      );
    }
    expect((await found('plain@0,likely@1G')).placed).to.have.length(2);
  });
});

import {
  type Container,
  type DumpFormat,
  definePlugin,
  hasAt,
  type PlacedBytes,
  VmcorekitError,
} from '@vmcorekit/core';
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
const certain: Container = {
  ...shelf,
  name: 'certain',
  isNamedOnly: true,
  probe: ({ head }) =>
    hasAt(head, 0, 'CERTAIN')
      ? { because: 'has its mark', strength: 'name-only', isCertain: true }
      : undefined,
  async open() {
    throw new VmcorekitError('unsupported', { what: 'a certain container', advice: 'unpack it' });
  },
};
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
        certain: `CERTAIN${contents}`,
        several: shelfWith({
          a: 'no memory',
          ram: contents,
          'ram@0x20': 'another',
          inner: shelfWith({ in: contents, b: '' }),
        }),
      }),
    ],
    containers: [named, other, certain, shelf],
    formats: [stateFormat, memoryFormat],
  }),
]);

interface Found {
  readonly format: string;
  readonly text: string;
  readonly containers: readonly string[];
  readonly placed: readonly PlacedBytes[] | null;
  readonly damage: readonly string[];
}

async function found(name: string, format?: string): Promise<Found> {
  const { source, ...rest } = await toolkit.openFile(name, { format });
  using identified = await toolkit.identify(source, { ...rest, format });
  const { placed, containers } = identified;
  const text = textOf(identified.source);
  const damage = identified.damage.map(({ detail }) => detail);
  return { format: identified.format.name, text, containers, placed, damage };
}

describe('a file that the user places in memory', () => {
  it('is raw memory, whatever it looks like', async () => {
    const lengthInBytes = contents.length;
    expect(await found('plain@0x10')).to.deep.equal({
      format: 'raw',
      text: contents,
      containers: [],
      placed: [{ address: 0x10, lengthInBytes, fileOffset: 0 }],
      damage: [],
    });
  });

  it('is unpacked first: packed bytes are never taken as memory', async () => {
    for (const [name, containers] of [
      ['packed', ['shelf']],
      ['twice', ['shelf', 'shelf']],
    ] as const) {
      const { placed, ...rest } = await found(`${name}@0x10`);
      expect(rest, name).to.deep.equal({ format: 'raw', text: contents, containers, damage: [] });
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

  it('is not unpacked by a weak claim, nor by one to a name, and that is said', async () => {
    for (const [name, container, because] of [
      ['likely', 'other', 'it begins with OTHER'],
      ['named', 'named', 'it begins with NAMED'],
    ] as const) {
      for (const { containers, damage } of [await found(`${name}@0`), await found(name, 'raw')]) {
        expect(containers, name).to.deep.equal([]);
        expect(damage, name).to.deep.equal([
          `read as memory, as it was given; but it may be packed (${container}: ${because})`,
        ]);
      }
    }
  });

  it('is refused where it is surely packed, but only named', async () => {
    for (const [name, format] of [
      ['certain@0', undefined],
      ['certain', 'raw'],
    ] as const) {
      expect(String(await failureOf(found(name, format))), name).to.include(
        'a certain container: unpack it',
      );
    }
    expect(String(await failureOf(found('certain@0,plain@1G')))).to.include(
      'certain is a container (certain), not memory itself',
    );
  });

  it('may lie in a container, by its name there; the whole name comes first', async () => {
    const lengthInBytes = contents.length;
    for (const [name, containers] of [
      ['several//ram@0x10', ['shelf']],
      ['several//inner//in@0x10', ['shelf', 'shelf']],
    ] as const) {
      expect(await found(name), name).to.deep.equal({
        format: 'raw',
        text: contents,
        containers,
        placed: [{ address: 0x10, lengthInBytes, fileOffset: 0 }],
        damage: [],
      });
    }
    expect((await found('several//ram@0+5,ram@0x100')).placed).to.deep.equal([
      { address: 0, lengthInBytes: 5, fileOffset: 0 },
      { address: 0x100, lengthInBytes: lengthInBytes - 5, fileOffset: 5 },
    ]);
    expect(String(await failureOf(found('several//ram@0x20')))).to.include('no format claims');
    for (const [name, reason] of [
      ['several//ram@0,a@0x100', 'allowed is files that lie in no container: unpack them first'],
      ['several//none@0', "no entry is called 'none@0'"],
      ['several//ram@0+99', "got '99 bytes at 0x0', allowed is 1 to 15 bytes"],
    ] as const) {
      expect(String(await failureOf(found(name))), name).to.include(reason);
    }
  });

  it('is refused where it lies too deep in containers', async () => {
    expect(String(await failureOf(found('nested@0')))).to.include('holds another shelf');
  });

  it('with other files is refused where one is packed, whichever it is', async () => {
    for (const name of ['packed@0,plain@1G', 'plain@0,packed@1G']) {
      expect(await failureOf(found(name)), name).to.have.property(
        'message',
        'packed is a container (shelf), not memory itself: unpack it first, or add --format raw if these bytes are memory: several files with addresses are read as they are',
      );
    }
    expect((await found('plain@0,likely@1G')).placed).to.have.length(2);
  });

  it('with other files is memory where the user says so, whatever a part begins with', async () => {
    for (const name of ['packed@0,plain@1G', 'plain@0,packed@1G']) {
      const { format, containers, placed } = await found(name, 'raw');
      expect([format, containers, placed?.length], name).to.deep.equal(['raw', [], 2]);
    }
    expect(await failureOf(found('plain@0,packed@1G', 'lime'))).to.be.an('error');
  });
});

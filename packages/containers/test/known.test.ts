import { plugin } from '@vmcorekit/containers';
import { isVmcorekitError } from '@vmcorekit/core';
import { headOf, openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { containerNamed, errorOf } from './contents.ts';

const head = (text: string): Uint8Array => {
  const bytes = new Uint8Array(8192);
  bytes.set(Buffer.from(text, 'latin1'));
  return bytes;
};

const examples: readonly (readonly [name: string, what: string, bytes: Uint8Array])[] = [
  ['7z', 'a 7z archive', head('7z\xbc\xaf\x27\x1c')],
  ['rar', 'a rar archive', head('Rar!\x1a\x07\x01\0')],
  ['cpio', 'a cpio archive', head('070701')],
  ['aff', 'evidence of AFF', head('AFF10\r\n\0')],
  ['ewf2', 'evidence of EnCase 7', head('EVF2\r\n\x81\0')],
  ['ewf-logical', 'logical evidence', head('LVF\t\r\n\xff\0')],
  ['ewf-logical', 'logical evidence of EnCase 7', head('LEF2\r\n\x81\0')],
];

const containers = (plugin.containers ?? []).filter(
  ({ name, isNamedOnly }) => isNamedOnly && name !== 'cut-head',
);
const claimants = (bytes: Uint8Array): string[] =>
  containers
    .filter((container) => container.probe(headOf(bytes))?.strength === 'name-only')
    .map(({ name }) => name);

describe('containers that are only named', () => {
  for (const [name, what, bytes] of examples) {
    it(`names ${what} as ${name}, and nothing else does`, () => {
      expect(claimants(bytes)).to.deep.equal([name]);
    });
  }

  it('has an example for every container', () => {
    expect(new Set(examples.map(([name]) => name))).to.deep.equal(
      new Set(containers.map(({ name }) => name)),
    );
  });

  for (const container of containers) {
    it(`refuses ${container.name} with advice`, async () => {
      const error: unknown = await openContainer(container, new Uint8Array(0)).catch(
        (reason: unknown) => reason,
      );
      if (!isVmcorekitError(error, 'unsupported')) {
        throw new Error(`${String(error)} is not the error wanted`);
      }
      const { name } = container;
      expect(error.message).to.match(
        new RegExp(
          `^(an? ${name}-compressed file: decompress it first: ${name} -dc FILE > DUMP|an archive \\(${name}\\): unpack it first: .*FILE|(logical )?evidence of .*: export .*)$`,
        ),
      );
    });
  }

  it('leaves alone dumps, text, zeros and nothing', () => {
    for (const text of [
      'KDUMP   ',
      'makedumpfile',
      '\x7fELF',
      'BZh0',
      'BZhello',
      'wake me up',
      '',
    ]) {
      expect(claimants(head(text)), text).to.deep.equal([]);
    }
    expect(claimants(new Uint8Array(0))).to.deep.equal([]);
  });

  it('never throws, whatever the head and however short', () => {
    const cut = fc
      .tuple(
        fc.constantFrom(...examples.map(([, , bytes]) => bytes)),
        fc.nat(20),
        fc.nat(20),
        fc.nat(255),
      )
      .map(([bytes, size, at, value]) => {
        const damaged = bytes.slice(0, size);
        damaged[at % Math.max(1, size)] = value;
        return damaged;
      });
    fc.assert(
      fc.property(fc.oneof(cut, fc.uint8Array({ maxLength: 200 })), (bytes) =>
        Array.isArray(claimants(bytes)),
      ),
    );
  });
});

describe('a file that ends within the mark of its kind', () => {
  const cutHead = containerNamed('cut-head');
  const marks = [
    ['zstd', '\x28\xb5\x2f\xfd'],
    ['lz4', '\x04\x22\x4d\x18'],
    ['lzop', '\x89LZO\0\r\n\x1a\n'],
    ['xz', '\xfd7zXZ\0'],
    ['bzip2', 'BZh51AY&SY'],
    ['7z', '7z\xbc\xaf\x27\x1c'],
    ['rar', 'Rar!\x1a\x07'],
  ] as const;
  for (const [kind, mark] of marks) {
    it(`is named as a cut ${kind} file, with both sizes`, async () => {
      for (let length = 3; length < mark.length; length++) {
        const file = Buffer.from(mark.slice(0, length), 'latin1');
        expect(cutHead.probe(headOf(file))?.strength).to.equal('name-only');
        expect(String(await errorOf(openContainer(cutHead, file)))).to.equal(
          `VmcorekitError: mark of a ${kind} file at 0x0: wanted ${mark.length} bytes, got ${length}: the file ends there (${length} bytes)`,
        );
      }
      for (const text of ['', mark.slice(0, 2), mark, `${mark.slice(0, 3)} and more`]) {
        expect(cutHead.probe(headOf(Buffer.from(text, 'latin1')))).to.equal(undefined);
      }
    });
  }
});

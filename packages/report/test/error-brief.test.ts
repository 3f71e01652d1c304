import { VmcorekitError } from '@vmcorekit/core';
import { errorBrief } from '@vmcorekit/report';
import { expect } from 'chai';

const cases: readonly (readonly [error: VmcorekitError, brief: string])[] = [
  [new VmcorekitError('io', { file: 'a', because: 'no such file' }), 'no such file'],
  [
    new VmcorekitError('io', { file: 'a', because: 'is a directory: -r searches it' }),
    'is a directory',
  ],
  [new VmcorekitError('unknown-format', { file: 'a', tried: ['elf'] }), 'no known format'],
  [
    new VmcorekitError('unsupported', {
      what: '/bin/ls is ELF, but not a dump (e_type 3)',
      advice: 'a dump has e_type 4',
    }),
    'is ELF, but not a dump',
  ],
  [
    new VmcorekitError('unsupported', { what: 'a Windows dump', advice: 'convert it' }),
    'a Windows dump',
  ],
  [
    new VmcorekitError('truncated', {
      structure: 'page descriptor',
      fileOffset: 1,
      wanted: 2,
      got: 0,
    }),
    'page descriptor cut off',
  ],
  [new VmcorekitError('timed-out', { what: 'opening', milliseconds: 1 }), 'timed out'],
];

describe('an error in a few words', () => {
  for (const [error, brief] of cases) {
    it(`is '${brief}' for ${error.code}`, () => {
      expect(errorBrief(error)).to.equal(brief);
    });
  }

  it('is never long, and ends after a clause or a word', () => {
    const briefOf = (because: string) =>
      errorBrief(new VmcorekitError('io', { file: 'a', because }));
    expect(briefOf('a file that begins with zeros only, where a dump has its header')).to.equal(
      'a file that begins with zeros only …',
    );
    expect(briefOf('words '.repeat(50))).to.equal(`${'words '.repeat(6)}…`);
    expect(briefOf('w'.repeat(50))).to.equal(`${'w'.repeat(39)}…`);
  });
});

import { signatureOf } from '@vmcorekit/linux';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { signatureLines } from '../../dist/summary/panic-signature.js';
import { analyze, emptyDump, guest } from '../guest.ts';

const message = { text: 'Kernel panic - not syncing: sysrq triggered crash', oops: [] };
const found = { functions: ['breaks [broken]', 'vfs_fsync'], from: 'stack' as const };

describe('panic-signature', () => {
  it('shows the hash, then what it is of', () => {
    const signature = signatureOf(message, found);
    const data = { kind: signature.kind, signature, module: 'broken', doubts: [] };
    expect(signatureLines(data)).to.deep.equal([
      `hash        ${signature.hash}`,
      'kind        sysrq',
      'message     sysrq triggered crash',
      'module      broken',
      'functions   breaks [broken]',
      '            vfs_fsync',
    ]);
  });

  it('says that no stack is known, and that the message is of many bugs', () => {
    const signature = signatureOf(message, null);
    const data = { kind: signature.kind, signature, module: null, doubts: [] };
    expect(signatureLines(data)).to.deep.equal([
      'hash        none: different bugs share this signature',
      'kind        sysrq',
      'message     sysrq triggered crash',
      'functions   not known',
    ]);
  });

  it('separates a running kernel from one of which that is not known', () => {
    const none = { signature: null, module: null, doubts: [] };
    expect(signatureLines({ kind: 'running', ...none })[0]).to.include('was running');
    expect(signatureLines({ kind: null, ...none })[0]).to.include('is not known');
  });

  it('gives a kernel that runs none', async () => {
    const { data } = await analyze('panic-signature', guest().dump);
    expect(data).to.deep.equal({ kind: 'running', signature: null, module: null, doubts: [] });
  });

  it('says that there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    const report = await analyze('panic-signature', emptyDump(memory));
    expect(report).to.deep.include({
      text: ['no answer to what crashed: no kernel was found in memory'],
      data: null,
    });
  });
});

import type { Dump, Verdict } from '@vmcorekit/core';
import { expect } from 'chai';
import type { SystemFacts } from 'vmcorekit';
import type { Analysis } from '../../dist/analysis/analyses.js';
import { findingsOf } from '../../dist/analysis/findings.js';

const dump = { damage: [], architecture: null, image: { architecture: 'x86_64' } };
const unknown = { value: null };
const system = {
  taint: unknown,
  crashTime: unknown,
  wallClock: unknown,
  headerTime: unknown,
  panic: unknown,
};

function findings(answers: Readonly<Record<string, unknown>>): ReturnType<typeof findingsOf> {
  const analyses = new Map<string, Analysis>(
    Object.entries(answers).map(([name, data]) => [name, { data, because: null, remarks: [] }]),
  );
  return findingsOf(
    dump as unknown as Dump,
    { kernel: null, confidence: 'certain' } as Verdict,
    system as unknown as SystemFacts,
    analyses,
  );
}

describe('findingsOf', () => {
  it('takes the signature from panic-signature', () => {
    const signature = { hash: 'v1-0123456789abcdef', text: 'sysrq triggered crash' };
    expect(findings({ 'panic-signature': { kind: 'sysrq', signature } })).to.deep.include({
      signature: 'v1-0123456789abcdef',
      signatureText: 'sysrq triggered crash',
    });
  });

  it('puts a dump into no group if different bugs share its signature', () => {
    const signature = { hash: null, text: 'sysrq triggered crash | ?' };
    expect(findings({ 'panic-signature': { kind: 'sysrq', signature } })).to.deep.include({
      signature: null,
      signatureText: 'sysrq triggered crash | ?',
    });
  });

  it('has no signature of a kernel that runs', () => {
    const running = { kind: 'running', signature: null };
    expect(findings({ 'panic-signature': running })).to.deep.include({
      signature: null,
      signatureText: null,
    });
  });

  it('lists each module once', () => {
    const modules = [{ name: 'virtio' }, { name: 'virtio' }, { name: null }, { name: 'ext4' }];
    expect(findings({ mod: { modules } }).modules).to.deep.equal(['virtio', 'ext4']);
  });
});

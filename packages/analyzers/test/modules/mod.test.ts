import { mod } from '@vmcorekit/analyzers';
import { resultOf } from '@vmcorekit/core';
import { expect } from 'chai';
import { base, contextWith } from './guest.ts';

const modules = [
  { name: 'ext4', refcount: 2, usedBy: [1], taints: 0x1000n },
  { name: 'mbcache', buildId: Uint8Array.of(0xab), version: '1.0' },
  { name: 'rootkit', missingIn: ['modules', 'kset'] },
] as const;

describe('mod', () => {
  it('lists the modules, and says which the kernel hides and why', () => {
    const { data, rows, remarks, text } = resultOf(mod.run(contextWith(modules), { name: null }));
    expect(
      data?.modules.map(({ name, size, state, uses, usedBy, taints, buildId }) => [
        name,
        size,
        state,
        uses,
        usedBy,
        taints,
        buildId,
      ]),
    ).to.deep.equal([
      ['ext4', 8192, 'live', 1, ['mbcache'], 'O', null],
      ['mbcache', 8192, 'live', 0, [], '', 'ab'],
      ['rootkit', 8192, 'live', 0, [], '', null],
    ]);
    expect(data?.modules[0]).not.to.have.property('details');
    const [hidden] = data?.hidden ?? [];
    expect(hidden).to.deep.include({ name: 'rootkit', reason: 'hidden', seenBy: ['text', 'btf'] });
    expect(remarks?.at(-1)).to.equal(
      `module rootkit at ${data?.modules[2]?.address}: ${hidden?.because}`,
    );
    expect(rows?.columns).to.deep.equal([
      'address',
      'name',
      'base',
      'size',
      'uses',
      'state',
      'taints',
      'usedBy',
      'buildId',
      'seenBy',
      'doubts',
    ]);
    expect([...(rows?.rows ?? [])].length).to.equal(3);
    const [table] = text;
    const heads = typeof table === 'object' ? table.heads.map(({ title }) => title) : [];
    expect(heads).to.deep.equal(['MODULE', 'NAME', 'BASE', 'SIZE', 'USES', 'TAINT', 'USED BY']);
  });

  it('shows all about the modules that are named, with - for _ as modprobe takes it', () => {
    const guest = contextWith([
      {
        name: 'virtio_pci',
        sections: { '.text': base },
        symbols: [{ name: 'probe', at: 0 }],
        parameters: [{ name: 'force', operations: base, argument: base }],
      },
      { name: 'virtio' },
    ]);
    const { data, text, remarks } = resultOf(mod.run(guest, { name: 'virtio-pci absent' }));
    expect(data?.modules.map(({ name }) => name)).to.deep.equal(['virtio_pci']);
    expect(data?.modules[0]?.details).to.deep.equal({
      version: null,
      srcversion: null,
      args: null,
      symbols: 1,
      parameters: [{ name: 'force', type: 'start_kernel', value: null }],
      sections: [{ name: '.text', address: '0xffffffffc0000000' }],
    });
    expect(text.filter((part) => typeof part === 'string')).to.include('symbols: 1');
    expect(remarks?.at(-1)).to.equal('no module is called absent');
  });

  it('has no answer for a name that no module has, or without a kernel', () => {
    const guest = contextWith(modules);
    const absent = resultOf(mod.run(guest, { name: 'absent' }));
    expect([absent.data, absent.text]).to.deep.equal([
      null,
      ['no modules: no module is called absent'],
    ]);
    const verdict = { ...guest.verdict, kernel: null };
    const none = resultOf(mod.run({ ...guest, verdict, kernel: null }, { name: null }));
    expect([none.data, none.text]).to.deep.equal([
      null,
      ['no modules: no kernel was found in memory'],
    ]);
  });

  it('escapes a name that a guest chose', () => {
    const evil = contextWith([{ name: 'a\x1b[2Jb' }]);
    const { text, data } = resultOf(mod.run(evil, { name: null }));
    expect(JSON.stringify(text)).not.to.include('\\u001b');
    expect(data?.modules[0]?.name).to.equal('a\x1b[2Jb');
    expect(data?.modules[0]?.doubts).to.deep.equal(['its name has characters that none has']);
  });
});

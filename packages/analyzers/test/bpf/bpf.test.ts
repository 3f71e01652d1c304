import { bpf } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf, contextWithout, tablesOf } from '../scheduling/context.ts';

const types = btfTypes(
  cBtf({
    xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
    idr: ['struct xarray idr_rt', 'u32 idr_base'],
    xa_node: ['u8 shift', 'void *parent', 'void *array', 'void *slots[64]', 'u8 offset'],
    user_id: ['u32 val'],
    user_struct: ['struct user_id uid'],
    bpf_prog: ['u32 type', 'u32 len', 'u64 tag', 'void *aux'],
    bpf_prog_aux: [
      ...['u32 id', 'u32 used_map_cnt', 'void *used_maps', 'void *user', 'u64 load_time'],
      'char name[16]',
    ],
    bpf_map: ['u32 id'],
  }),
  { wordSizeInBits: 64 },
);

/** A kernel with the program of that name, or with none. */
function build(name?: string): FieldKernel {
  const place = new FieldKernel(x8664, types);
  const idr = place.make('idr');
  if (name !== undefined) {
    const node = place.make('xa_node', { array: idr });
    place.set(idr, 'idr', { 'idr_rt.xa_head': node | 2n });
    const aux = place.make('bpf_prog_aux', { id: 1, name });
    place.put(
      place.at(node, 'xa_node', 'slots') + 8n,
      place.make('bpf_prog', { type: 6, tag: 1n, aux }),
    );
  }
  place.symbols.prog_idr = idr;
  return place;
}

describe('bpf', () => {
  it('shows programs, and says which tables this kernel does not have', () => {
    const report = resultOf(bpf.run(contextOf(build('fil\u001bter')), { types: true }));
    expect(report.data?.programs[0]).to.deep.include({ id: 1, type: '6', code: null, runs: null });
    expect(tablesOf(report)).to.deep.equal([
      [
        ['PROGRAM', 'TYPE', 'NAME', 'TAG', 'CODE', 'SIZE', 'UID', 'MAPS'],
        ['1', '6', 'fil\\x1bter', '0100000000000000', '-', '–', '–', '-'],
      ],
    ]);
    expect(report.remarks?.[0]).to.equal('the symbols (the test) do not name map_idr');
    expect([...(report.rows?.rows ?? [])].length).to.equal(1);
  });

  it('says that nothing is loaded, or why it has no answer', () => {
    const none = resultOf(bpf.run(contextOf(build()), { types: false }));
    expect([none.text, none.data?.programs]).to.deep.equal([['nothing is loaded of BPF'], []]);
    expect(resultOf(bpf.run(contextWithout(build()), { types: false })).data).to.equal(null);
  });
});

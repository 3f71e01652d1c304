import { riscv64 } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { riscv64Layout, vmcoreInfoClaim } from '@vmcorekit/linux';
import { memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const imageOffset = 0xffff_ffff_0000_0000n;
const linearMapOffset = 0xff5f_ffff_8000_0000n;
const data = 0x8060_0000;
const members = 0x8200_0000;
const wordInBytes = 8;

/** Lists with their heads in the image. Its tables, from 0x80400000 on, are not there. */
function memoryWith(lists: number): SparseMemory {
  const memory = new SparseMemory({
    ranges: [
      { start: data, end: data + 0x4000 },
      { start: members, end: members + 0x4000 },
    ],
  });
  const put = (address: number, value: bigint): void => {
    const bytes = new Uint8Array(wordInBytes);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    memory.write(address, bytes);
  };
  for (let list = 0; list < lists; list++) {
    const [head, member] = [data + 0x1000 + 64 * list, members + 0x1000 + 128 * list];
    put(head, linearMapOffset + BigInt(member));
    put(head + wordInBytes, linearMapOffset + BigInt(member));
    put(member, imageOffset + BigInt(head));
    put(member + wordInBytes, imageOffset + BigInt(head));
  }
  return memory;
}

function linearMapOf(memory: SparseMemory, changed: readonly [string, string] = ['', '']) {
  const note = [
    `SYMBOL(swapper_pg_dir)=${(imageOffset + 0x8040_0000n).toString(16)}`,
    `SYMBOL(init_uts_ns)=${(imageOffset + BigInt(data) + 0x1010n).toString(16)}`,
    'NUMBER(VA_BITS)=57',
    'NUMBER(phys_ram_base)=2147483648',
    'NUMBER(PAGE_OFFSET)=0xff60000000000000',
    `NUMBER(va_kernel_pa_offset)=0x${imageOffset.toString(16)}`,
  ].join('\n');
  return vmcoreInfoClaim(new VmcoreInfo(note.replace(...changed)), {
    ...memoryDump({ memory, architecture: riscv64 }),
    layout: riscv64Layout,
  }).linearMapOffset;
}

describe('a linear map whose tables are not in the dump', () => {
  it('was believed to VMCOREINFO alone; lists must lead back through it', () => {
    const memory = memoryWith(8);
    expect(linearMapOf(memory)).to.equal(linearMapOffset);
    expect(linearMapOf(memory, ['0xff60000000000000', '0xff60000000200000'])).to.equal(undefined);
    expect(linearMapOf(memory, ['=2147483648', '=2149580800'])).to.equal(undefined);
  });

  it('is not known where too few lists are there, or no data is named', () => {
    expect(linearMapOf(memoryWith(7))).to.equal(undefined);
    expect(linearMapOf(memoryWith(8), ['init_uts_ns', 'other'])).to.equal(undefined);
  });

  it('is confirmed by lists too where the note names no root table', () => {
    const unnamed = ['swapper_pg_dir', 'other'] as const;
    expect(linearMapOf(memoryWith(8), unnamed)).to.equal(linearMapOffset);
    expect(linearMapOf(memoryWith(0), unnamed)).to.equal(undefined);
  });
});

import { s390x } from '@vmcorekit/architectures';
import { btfTypes, credentialsOf } from '@vmcorekit/linux';
import {
  type CMembers,
  cBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const address = 0x3ff_f000_0000n;
const ids: CMembers = ['uid', 'gid', 'suid', 'sgid', 'euid', 'egid', 'fsuid', 'fsgid'].map(
  (name) => `u32 ${name}`,
);

/** The effective capabilities of a big-endian kernel, whose set has this type and these bytes. */
function effective(set: string, word: bigint): bigint | null | undefined {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }], byteOrder: 'big' });
  memory.writeUint64(32, word);
  const kernel = testKernel({
    dump: memoryDump({ memory, architecture: s390x }),
    memory: linearMemory(memory, [
      { virtualAddress: address, physicalAddress: 0, lengthInBytes: 0x1000 },
    ]),
    types: btfTypes(
      cBtf({ kernel_cap: [set], cred: [...ids, 'struct kernel_cap cap_effective'] }),
      { from: 'BTF', wordSizeInBits: 64 },
    ),
  });
  return credentialsOf(kernel, address)?.capabilities.effective;
}

describe('the capabilities of a big-endian kernel', () => {
  it('are one number since Linux 6.3', () => {
    expect(effective('u64 val', 0x1ff_ffff_ffffn)).to.equal(0x1ff_ffff_ffffn);
  });

  it('are two numbers before, the low one first', () => {
    expect(effective('u32 cap[2]', 0xffff_ffff_0000_01ffn)).to.equal(0x1ff_ffff_ffffn);
  });
});

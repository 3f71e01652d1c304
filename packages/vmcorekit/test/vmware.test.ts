import { writeFileSync } from 'node:fs';
import { buildLinuxKernel, buildVmss, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const physBase = 0x600000;
const end = 0x2400000;

/** A suspended machine whose only CPU runs a kernel; the .vmem lies beside the .vmss. */
function writeMachine(): string {
  const memory = new SparseMemory({ ranges: [{ start: 0, end }] });
  const { root, symbols } = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: end,
  });
  const register = (name: string, value: bigint, ...indices: readonly number[]) =>
    ({ name, value, indices, size: 8 }) as const;
  const tags = [
    register('rip', symbols.get('_text') ?? 0n, 0),
    register('CR64', 0x80050033n, 0, 0),
    register('CR64', BigInt(root), 0, 3),
    register('CR64', 0x6a0n, 0, 4),
    { name: 'IDTR', indices: [0, 2], value: 0xfffffe00, size: 4 },
  ] as const;
  const path = writeTemporaryFile('guest.vmss', buildVmss([{ name: 'cpu', tags }]));
  writeFileSync(path.replace(/vmss$/, 'vmem'), memory.read(0, end));
  return path;
}

describe('a suspended VMware machine', () => {
  it('shows the kernel that its CPU runs, certain, with the memory beside it', async () => {
    const path = writeMachine();
    const { json } = await runCli(['probe', '--json', path]);
    const [{ confidence, kernel, origin }] = json() as [
      {
        readonly confidence: string;
        readonly kernel: { readonly physBase: number; readonly role: string };
        readonly origin: { readonly capturedBy: string };
      },
    ];
    expect({ confidence, physBase: kernel.physBase, role: kernel.role }).to.deep.equal({
      confidence: 'certain',
      physBase,
      role: 'running',
    });
    expect(origin.capturedBy).to.equal('vmware');
  });
});

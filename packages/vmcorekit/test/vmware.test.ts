import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('opens by its .vmem alike, and says which file beside it was opened', async () => {
    const vmem = writeMachine().replace(/vmss$/, 'vmem');
    const { stdout } = await runCli(['probe', vmem]);
    expect(stdout).to.match(/opened with +guest\.vmss beside it/);
    const { json } = await runCli(['info', '--json', vmem]);
    expect(json()[0]).to.include({ format: 'vmware', architecture: 'x86_64' });
    expect(json()[0]).to.deep.include({ filesBeside: ['guest.vmss'] });
  });

  it('is raw memory without it where the user says so', async () => {
    const vmem = writeMachine().replace(/vmss$/, 'vmem');
    const { json } = await runCli(['info', '--json', '--format', 'raw', vmem]);
    expect(json()[0]).to.include({ format: 'raw' });
    expect(json()[0]).not.to.have.property('filesBeside');
  });

  it('is raw memory where the state beside it leads out of the folder', async () => {
    const vmss = writeMachine();
    const elsewhere = writeTemporaryFile('other.vmss', readFileSync(vmss));
    rmSync(vmss);
    symlinkSync(elsewhere, vmss);
    const { json } = await runCli(['info', '--json', vmss.replace(/vmss$/, 'vmem')]);
    expect(json()[0]).to.include({ format: 'raw' });
    expect(json()[0]).not.to.have.property('filesBeside');
  });
});

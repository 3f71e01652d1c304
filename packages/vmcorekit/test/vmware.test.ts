import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { buildVmss } from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { physBase, smallMachine } from './support/small-machine.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

/** A suspended machine whose only CPU runs a kernel; the .vmem lies beside the .vmss. */
function writeMachine(): string {
  const { bytes, registers } = smallMachine();
  const register = (name: string, value: bigint, ...indices: readonly number[]) =>
    ({ name, value, indices, size: 8 }) as const;
  const tags = [
    register('rip', registers.rip, 0),
    register('CR64', registers.cr0, 0, 0),
    register('CR64', registers.cr3, 0, 3),
    register('CR64', registers.cr4, 0, 4),
    { name: 'IDTR', indices: [0, 2], value: 0xfffffe00, size: 4 },
  ] as const;
  const path = writeTemporaryFile('guest.vmss', buildVmss([{ name: 'cpu', tags }]));
  writeFileSync(path.replace(/vmss$/, 'vmem'), bytes);
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

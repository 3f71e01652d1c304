import { setTimeout as sleep } from 'node:timers/promises';
import type { QemuProcess } from './qemu-process.ts';
import { type CpuState, parseRegisters } from './registers.ts';

const patienceInSeconds = 60;
const longModeActive = 1n << 10n; // EFER.LMA
const firstMegabyte = 0x100000n;
const kernelHalf = 0xffff800000000000n;

/**
 * Waits until CPU 0 has been in a kernel image's decompressor for a while. That is 64-bit code at
 * identity-mapped addresses, which neither SeaBIOS (no long mode) nor the unpacked kernel (the
 * upper half) runs.
 * @throws {Error} when this does not happen, or ends before it was seen.
 */
export async function waitUntilUnpacking(qemu: QemuProcess, milliseconds: number): Promise<void> {
  const deadline = Date.now() + patienceInSeconds * 1000;
  let since: number | undefined;
  while (Date.now() < deadline) {
    const [cpu] = parseRegisters(await qemu.executeInMonitor('info registers -a'));
    const unpacks = cpu !== undefined && isUnpacking(cpu);
    since = unpacks ? (since ?? Date.now()) : undefined;
    if (since !== undefined && Date.now() - since >= milliseconds) {
      return;
    }
    await sleep(5);
  }
  throw new Error(
    `CPU 0 did not unpack a kernel for ${milliseconds} ms within ${patienceInSeconds} s`,
  );
}

function isUnpacking(cpu: CpuState): boolean {
  const instructionPointer = BigInt(cpu.instructionPointer ?? 0);
  const inLongMode = (BigInt(cpu.efer ?? 0) & longModeActive) !== 0n;
  return inLongMode && instructionPointer >= firstMegabyte && instructionPointer < kernelHalf;
}

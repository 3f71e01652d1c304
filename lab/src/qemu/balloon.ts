import { setTimeout as sleep } from 'node:timers/promises';
import type { QemuProcess } from './qemu-process.ts';

const bytesPerMebibyte = 1024 * 1024;
const patienceInSeconds = 60;

/**
 * Inflates the guest's virtio balloon. @throws {Error} when the guest does not return the memory in
 * time.
 */
export async function inflateBalloon(qemu: QemuProcess, targetInMebibytes: number): Promise<void> {
  const targetInBytes = targetInMebibytes * bytesPerMebibyte;
  await qemu.execute('balloon', { value: targetInBytes });
  const deadline = Date.now() + patienceInSeconds * 1000;
  while (Date.now() < deadline) {
    const { actual } = (await qemu.execute('query-balloon')) as { readonly actual: number };
    if (actual <= targetInBytes) {
      return;
    }
    await sleep(200);
  }
  throw new Error(`the balloon did not reach ${targetInMebibytes} MB in ${patienceInSeconds} s`);
}

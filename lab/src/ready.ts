import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest, Readiness } from './guests/guest.ts';
import type { QemuProcess } from './qemu/qemu-process.ts';
import { waitUntilUnpacking } from './qemu/unpacking.ts';
import { countBlocks } from './truth/serial-blocks.ts';

const patienceInSeconds = 600;
/** Xen boots, then dom0, then the domain, which suspends and runs on: all under TCG. */
const patienceUnderXenInSeconds = 2400;
const pollInMilliseconds = 50;

/**
 * @throws {Error} with the console's last lines when QEMU ends first, or the guest takes too long.
 */
export async function waitUntilReady(
  guest: Guest,
  qemu: QemuProcess,
  consoleFile: string,
): Promise<void> {
  if ('afterSeconds' in guest.ready) {
    await sleep(guest.ready.afterSeconds * 1000);
    return;
  }
  if ('unpackingForMilliseconds' in guest.ready) {
    await waitUntilUnpacking(qemu, guest.ready.unpackingForMilliseconds);
    return;
  }
  const patience = guest.xenType !== null ? patienceUnderXenInSeconds : patienceInSeconds;
  const deadline = Date.now() + patience * 1000;
  let consoleText = '';
  while (Date.now() < deadline && !qemu.hasEnded) {
    consoleText = existsSync(consoleFile) ? readFileSync(consoleFile, 'latin1') : '';
    if (isReady(consoleText, guest.ready) && (await isOffIfItMustBe(guest.ready, qemu))) {
      return;
    }
    await sleep(pollInMilliseconds);
  }
  const lastLines = consoleText.trimEnd().split('\n').slice(-8).join('\n');
  const reason = qemu.hasEnded
    ? `QEMU ended: ${qemu.errorOutput.trim()}`
    : `not ready in ${patience} s`;
  throw new Error(`guest ${guest.name}: ${reason}; its console ends with:\n${lastLines}`);
}

async function isOffIfItMustBe(ready: Readiness, qemu: QemuProcess): Promise<boolean> {
  if (!('isOff' in ready)) {
    return true;
  }
  const { status } = (await qemu.execute('query-status')) as { readonly status: string };
  return status === 'shutdown';
}

function isReady(
  consoleText: string,
  ready: Exclude<Readiness, { afterSeconds: number } | { unpackingForMilliseconds: number }>,
): boolean {
  const hasText = !('consoleText' in ready) || consoleText.includes(ready.consoleText);
  return hasText && countBlocks(consoleText) >= (ready.truthBlocks ?? 0);
}

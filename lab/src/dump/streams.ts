import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '../guests/guest.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { byQemu, dumpFileName, recordOf } from './dump-record.ts';

interface StreamKind {
  readonly capabilities: readonly string[];
  /** Begun while the guest runs, so that pages are sent again. */
  readonly isLive: boolean;
  /** Where QEMU writes it: mapped-ram needs a file, which only QEMU 8.2 and later write to. */
  readonly protocol: 'exec:cat >' | 'file:';
}

const streamKinds: Readonly<Record<Exclude<StreamName, 'qcow2-snapshot'>, StreamKind>> = {
  'qemu-stream': { capabilities: [], isLive: false, protocol: 'exec:cat >' },
  'qemu-stream-zlib': { capabilities: ['compress'], isLive: false, protocol: 'exec:cat >' },
  'qemu-stream-live': { capabilities: [], isLive: true, protocol: 'exec:cat >' },
  'qemu-stream-xbzrle': { capabilities: ['xbzrle'], isLive: true, protocol: 'exec:cat >' },
  'qemu-mapped-ram': { capabilities: ['mapped-ram'], isLive: false, protocol: 'file:' },
};

/** So slow that the guest changes memory while a stream of 100 MB is written. */
const liveBytesPerSecond = 40_000_000;
const fullBytesPerSecond = 10_000_000_000;
/** The pass over all memory, and two over what changed. */
const passesBeforeStop = 3;
const patienceInSeconds = 120;

interface MigrationState {
  readonly status?: string;
  readonly 'error-desc'?: string;
  readonly ram?: { readonly 'dirty-sync-count': number };
}

/** Writes the live stream that a guest declares, and stops the guest on the way. */
export async function writeLiveStream(
  qemu: QemuProcess,
  streams: readonly StreamName[],
  folder: string,
): Promise<void> {
  const name = streams.find(isLive);
  if (name === undefined) {
    return;
  }
  await qemu.execute('migrate-set-parameters', { 'max-bandwidth': liveBytesPerSecond });
  await start(qemu, name, folder);
  await waitFor(qemu, ({ ram }) => (ram?.['dirty-sync-count'] ?? 0) >= passesBeforeStop);
  // Stopped now, and not by the migration: under TCG that loses the last changes of some pages.
  await qemu.execute('stop');
  await qemu.execute('migrate-set-parameters', { 'max-bandwidth': fullBytesPerSecond });
  await waitFor(qemu, ({ status }) => status === 'completed');
}

/**
 * Writes what a stopped guest declares: first a snapshot, after which the guest can still be
 * written otherwise, then one stream. @returns a record of each, also of a live one.
 */
export async function writeStreams(
  qemu: QemuProcess,
  streams: readonly StreamName[],
  folder: string,
): Promise<readonly DumpRecord[]> {
  const records: DumpRecord[] = [];
  for (const format of streams) {
    let command = 'HMP savevm one';
    if (format === 'qcow2-snapshot') {
      const answer = await qemu.executeInMonitor('savevm one');
      if (answer.trim() !== '') {
        throw new Error(`savevm: ${answer.trim()}`);
      }
    } else {
      if (!isLive(format)) {
        await start(qemu, format, folder);
        await waitFor(qemu, ({ status }) => status === 'completed');
      }
      const { capabilities, protocol } = streamKinds[format];
      command = `QMP migrate ${protocol}${dumpFileName(format)} (${capabilities.join(', ') || 'no capability'})`;
    }
    records.push(recordOf(folder, [dumpFileName(format)], { format, origin: byQemu, command }));
  }
  return records;
}

function isLive(name: StreamName): name is Exclude<StreamName, 'qcow2-snapshot'> {
  return name !== 'qcow2-snapshot' && streamKinds[name].isLive;
}

async function start(
  qemu: QemuProcess,
  name: Exclude<StreamName, 'qcow2-snapshot'>,
  folder: string,
): Promise<void> {
  const { capabilities, protocol } = streamKinds[name];
  await qemu.execute('migrate-set-capabilities', {
    capabilities: capabilities.map((capability) => ({ capability, state: true })),
  });
  await qemu.execute('migrate', { uri: `${protocol}${join(folder, dumpFileName(name))}` });
}

/** @throws {Error} when the migration fails, or takes longer than any should. */
async function waitFor(
  qemu: QemuProcess,
  isReached: (state: MigrationState) => boolean,
): Promise<void> {
  const deadline = Date.now() + patienceInSeconds * 1000;
  for (;;) {
    const state = (await qemu.execute('query-migrate')) as MigrationState;
    if (isReached(state) || state.status === 'completed') {
      return;
    }
    if (state.status === 'failed' || Date.now() > deadline) {
      throw new Error(`migrate: ${state['error-desc'] ?? state.status ?? 'no state'}`);
    }
    await sleep(50);
  }
}

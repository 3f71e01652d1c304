// Imports much: it is the whole life of a guest, from its boot to the record of its dumps.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKernelLog } from './check/vmcorekit.ts';
import { makeTemporaryFolder } from './cleanup.ts';
import { dumpCaptured } from './dump/captured-vmcore.ts';
import { digHoles } from './dump/dig-holes.ts';
import { dumpGuest } from './dump/dump.ts';
import { dumpFileName } from './dump/dump-record.ts';
import { takeLimeCaptures } from './dump/lime.ts';
import { writeLiveStream, writeStreams } from './dump/streams.ts';
import { keepSwap } from './dump/swap.ts';
import type { Guest, LimeName } from './guests/guest.ts';
import { buildInitramfs } from './initramfs/build.ts';
import { getKernel, type Kernel } from './packages/kernel.ts';
import { PackageCache } from './packages/package-cache.ts';
import { inflateBalloon } from './qemu/balloon.ts';
import { type BootFiles, buildQemuArguments, showCommand } from './qemu/command-line.ts';
import { getQemuProgram } from './qemu/program.ts';
import { provokePanic } from './qemu/provoke-panic.ts';
import { QemuProcess } from './qemu/qemu-process.ts';
import { stopGuest } from './qemu/stop.ts';
import { waitUntilReady } from './ready.ts';
import { runCommand } from './run-command.ts';
import { deriveTruth } from './truth/derive-truth.ts';
import { keepSavedProc, savedProcLimitInBytes, savedProcOffset } from './truth/saved-proc.ts';
import { parseBlocks } from './truth/serial-blocks.ts';
import { deriveSystemMap, systemMapFileName } from './truth/system-map.ts';
import type { Truth } from './truth/truth.ts';
import { writeXenBootFiles } from './xen/boot-files.ts';
import { type XenFile, xenFiles } from './xen/dom0-script.ts';
import { parseXenRegisters, takeXenFiles } from './xen/take-files.ts';

const consoleFileName = 'console.log';

/**
 * Boots a guest, waits until it is ready, stops it, dumps it, and writes `truth.json` with the
 * dumps. The guest's folder appears when everything is done, and only then replaces an older one.
 * On failure the older one stays, and the console of the failed run is in `NAME.failed.log`.
 * @throws {Error} when the guest does not start, or contradicts itself.
 */
export async function runGuest(guest: Guest, outputFolder: string): Promise<Truth> {
  mkdirSync(outputFolder, { recursive: true });
  using partial = makeTemporaryFolder(outputFolder);
  try {
    return await makeIn(partial.path, guest, outputFolder);
  } catch (error) {
    keepConsole(
      join(partial.path, consoleFileName),
      join(outputFolder, `${guest.name}.failed.log`),
    );
    throw error;
  }
}

function keepConsole(consoleFile: string, keptFile: string): void {
  if (existsSync(consoleFile)) {
    copyFileSync(consoleFile, keptFile);
  }
}

async function makeIn(partialFolder: string, guest: Guest, outputFolder: string): Promise<Truth> {
  using temporary = makeTemporaryFolder();
  const cacheFolder = join(outputFolder, 'cache');
  const cache = new PackageCache(cacheFolder);
  const kernel = guest.kernel === undefined ? undefined : await getKernel(guest.kernel, cache);
  const boot =
    kernel === undefined ? undefined : await writeBootFiles(guest, kernel, cache, temporary.path);
  const consoleFile = join(partialFolder, consoleFileName);
  const hasDisk = guest.capturedFormats.length > 0 || guest.load !== undefined || guest.hibernates;
  const diskFile = hasDisk ? makeDisk(guest, partialFolder) : undefined;
  const consoleSocket =
    guest.load?.panic === 'serial' ? join(temporary.path, 'console.socket') : undefined;
  const qemuArguments = buildQemuArguments(guest, boot, {
    consoleFile,
    temporaryFolder: temporary.path,
    diskFile,
    memoryFile: guest.formats.includes('raw')
      ? join(partialFolder, dumpFileName('raw'))
      : undefined,
    consoleSocket,
    snapshotFile: await makeSnapshotDisk(guest, partialFolder),
    captureFiles: [...guest.limeCaptures, ...(guest.xenType !== null ? xenFiles : [])].map((name) =>
      makeCaptureDisk(name, guest, partialFolder),
    ),
  });

  const program = await getQemuProgram(guest, cache);
  using qemu = new QemuProcess(program, qemuArguments);
  await qemu.execute('qmp_capabilities');
  const version = (await qemu.execute('query-version')) as {
    readonly package: string;
    readonly qemu: QemuVersion;
  };
  await waitUntilReady(guest, qemu, consoleFile);
  // A panic that starts a capture kernel has no end to wait for: the guest is ready long after it.
  if (guest.load?.panic !== undefined && guest.capturedFormats.length === 0) {
    await provokePanic(guest, { qemu, consoleFile, consoleSocket });
  }
  if (guest.balloonToMebibytes !== undefined) {
    await inflateBalloon(qemu, guest.balloonToMebibytes);
  }
  await sleep(guest.settleInSeconds * 1000);
  await writeLiveStream(qemu, guest.streams, partialFolder);
  const ofMachine = await stopGuest(qemu, guest);
  const dumps = [...(await dumpGuest(qemu, guest, partialFolder))];
  dumps.push(...(await writeStreams(qemu, guest.streams, partialFolder)));
  await qemu.execute('quit');
  dumps.push(...(await takeLimeCaptures(guest.limeCaptures, partialFolder)));

  const consoleText = readFileSync(consoleFile, 'latin1');
  const cpus = guest.xenType !== null ? parseXenRegisters(consoleText) : ofMachine;
  dumps.push(...(guest.xenType !== null ? takeXenFiles(consoleText, partialFolder) : []));
  if (diskFile !== undefined) {
    if (guest.load !== undefined) {
      keepSavedProc(diskFile, savedProcOffset(guest), partialFolder);
    }
    if (guest.hibernates) {
      dumps.push(keepSwap(diskFile, partialFolder));
    } else if (guest.capturedFormats.length > 0) {
      dumps.push(...(await dumpCaptured(guest, { diskFile, consoleText, folder: partialFolder })));
    } else {
      rmSync(diskFile);
    }
  }
  const truth = deriveTruth({
    guest,
    cpus,
    dumps,
    consoleText,
    kernelLogOfPanic:
      guest.load?.panic === undefined
        ? undefined
        : await readKernelLog(join(partialFolder, dumps[0]?.file ?? '')),
    configuration: kernel?.configuration ?? new Map(),
    kernelPackage: kernel?.packageName ?? null,
    qemuVersion: showVersion(version),
    qemuCommand: showCommand(
      [program.name, ...qemuArguments],
      new Map([
        [partialFolder, '$GUEST'],
        [temporary.path, '$TEMPORARY'],
        [cacheFolder, '$CACHE'],
      ]),
    ),
  });
  const [block] = parseBlocks(consoleText);
  const [kernelTruth] = truth.kernels;
  if (block !== undefined && kernelTruth !== undefined && guest.tellsSymbolTable) {
    writeFileSync(join(partialFolder, systemMapFileName), deriveSystemMap(block, kernelTruth));
  }
  writeFileSync(join(partialFolder, 'truth.json'), `${JSON.stringify(truth, undefined, 1)}\n`);
  await finish(partialFolder, join(outputFolder, guest.name));
  return truth;
}

interface QemuVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

function showVersion(version: { readonly package: string; readonly qemu: QemuVersion }): string {
  const { major, minor, micro } = version.qemu;
  return `${major}.${minor}.${micro} ${version.package}`.trim();
}

/**
 * As large as the memory that will be copied to it, twice with makedumpfile's copy, and /proc;
 * sparse.
 */
function makeDisk(guest: Guest, folder: string): string {
  const diskFile = join(folder, 'disk.raw');
  writeFileSync(diskFile, '');
  const copies = guest.extras.includes('makedumpfile') ? 2 : 1;
  truncateSync(diskFile, copies * guest.memoryInMebibytes * 1024 * 1024 + savedProcLimitInBytes);
  return diskFile;
}

/** A sparse disk with room for all addresses of the guest's memory, also above a hole. */
function makeCaptureDisk(name: LimeName | XenFile, guest: Guest, folder: string): string {
  const file = join(folder, dumpFileName(name));
  writeFileSync(file, '');
  truncateSync(file, (guest.memoryInMebibytes + 4096) * 1024 * 1024);
  return file;
}

/** A small disk that takes the state of the machine, for a guest that has a snapshot. */
async function makeSnapshotDisk(guest: Guest, folder: string): Promise<string | undefined> {
  if (!guest.streams.includes('qcow2-snapshot')) {
    return undefined;
  }
  const file = join(folder, dumpFileName('qcow2-snapshot'));
  await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', file, '64M']);
  return file;
}

async function writeBootFiles(
  guest: Guest,
  kernel: Kernel,
  cache: PackageCache,
  folder: string,
): Promise<BootFiles> {
  const initramfsFile = join(folder, 'initramfs.gz');
  writeFileSync(initramfsFile, await buildInitramfs(guest, kernel, cache));
  const own = { kernelFile: kernel.imageFile, initramfsFile };
  const { xenType } = guest;
  return xenType === null ? own : await writeXenBootFiles(guest, xenType, own, cache, folder);
}

async function finish(partialFolder: string, guestFolder: string): Promise<void> {
  for (const name of readdirSync(partialFolder)) {
    const file = join(partialFolder, name);
    chmodSync(file, 0o644); // QEMU makes dumps readable only by their owner.
    if (name.startsWith('elf') || name === dumpFileName('raw-padded')) {
      await digHoles(file);
    }
  }
  if (existsSync(guestFolder)) {
    rmSync(guestFolder, { recursive: true });
  }
  chmodSync(partialFolder, 0o755);
  renameSync(partialFolder, guestFolder);
}

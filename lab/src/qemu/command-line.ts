import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guest } from '../guests/guest.ts';

/** A firmware that comes as files. */
export interface FirmwareFiles {
  /** Debian's package that has the files. */
  readonly debianPackage: string;
  readonly code: string;
  /** Its variables' first contents. */
  readonly variables: string;
}

/** QEMU has the firmware of other guests itself, or they need none. */
export const firmwareFiles: Readonly<Partial<Record<Guest['firmware'], FirmwareFiles>>> = {
  ovmf: {
    debianPackage: 'ovmf',
    code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
    variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  },
  aavmf: {
    debianPackage: 'qemu-efi-aarch64',
    code: '/usr/share/AAVMF/AAVMF_CODE.fd',
    variables: '/usr/share/AAVMF/AAVMF_VARS.fd',
  },
};

/** The files a guest boots from. */
export interface BootFiles {
  readonly kernelFile: string;
  readonly initramfsFile: string;
  /** The guest's where left out: that of a hypervisor. */
  readonly commandLine?: readonly string[];
  /** The guest's where left out: that of the machine under a hypervisor. */
  readonly memoryInMebibytes?: number;
}

/** The files a run of a guest uses. */
export interface RunFiles {
  readonly consoleFile: string;
  readonly temporaryFolder: string;
  /** Absent: the guest has no disk. */
  readonly diskFile?: string | undefined;
  /** Absent: the guest's memory is in no file. */
  readonly memoryFile?: string | undefined;
  /** Absent: the guest has no qcow2 disk that takes its snapshots. */
  readonly snapshotFile?: string | undefined;
  /** Virtio disks that take what the guest captures of itself, in order. */
  readonly captureFiles?: readonly string[];
  /** Absent: nothing is typed on the console. Else a Unix socket that takes what is typed. */
  readonly consoleSocket?: string | undefined;
}

/** QEMU's arguments for a guest: QMP on standard input and output, the console in a file. */
export function buildQemuArguments(
  guest: Guest,
  boot: BootFiles | undefined,
  files: RunFiles,
): readonly string[] {
  const { consoleFile, temporaryFolder, diskFile, memoryFile, consoleSocket, snapshotFile } = files;
  const options = {
    '-accel': 'tcg',
    '-machine': memoryFile === undefined ? guest.machine : `${guest.machine},memory-backend=ram`,
    '-cpu': guest.cpuModel,
    '-smp': String(guest.cpuCount),
    '-m': [boot?.memoryInMebibytes ?? guest.memoryInMebibytes, guest.pluggable]
      .filter((each) => each !== undefined)
      .join(','),
    '-display': 'none',
    '-serial': consoleSocket === undefined ? `file:${consoleFile}` : 'chardev:console',
    '-qmp': 'stdio',
  };
  return [
    ...Object.entries(options).flat(),
    '-nodefaults',
    '-no-user-config',
    '-no-reboot',
    // Else QEMU would end with the guest, before the laboratory asked for its registers.
    ...(guest.hibernates ? ['-no-shutdown'] : []),
    ...guest.objects.flatMap((object) => ['-object', object]),
    ...firmwareArguments(guest, temporaryFolder),
    ...(consoleSocket === undefined
      ? []
      : [
          '-chardev',
          `socket,id=console,path=${consoleSocket},server=on,wait=off,logfile=${consoleFile}`,
        ]),
    ...(boot === undefined
      ? []
      : [
          '-kernel',
          boot.kernelFile,
          '-initrd',
          boot.initramfsFile,
          '-append',
          (boot.commandLine ?? guest.commandLine).join(' '),
        ]),
    ...(diskFile === undefined
      ? []
      : [
          '-drive',
          `if=none,id=disk,format=raw,file=${diskFile}`,
          '-device',
          'virtio-blk-pci,drive=disk',
        ]),
    ...(memoryFile === undefined
      ? []
      : [
          '-object',
          `memory-backend-file,id=ram,size=${guest.memoryInMebibytes}M,mem-path=${memoryFile},share=on`,
        ]),
    ...(snapshotFile === undefined
      ? []
      : [
          '-drive',
          `if=none,id=snapshots,format=qcow2,file=${snapshotFile}`,
          '-device',
          'virtio-blk-pci,drive=snapshots',
        ]),
    ...(files.captureFiles ?? []).flatMap((file, index) => [
      '-drive',
      `if=none,id=capture${index},format=raw,file=${file}`,
      '-device',
      `virtio-blk-pci,drive=capture${index}`,
    ]),
    ...guest.devices.flatMap((device) => ['-device', device]),
  ];
}

function firmwareArguments(guest: Guest, temporaryFolder: string): readonly string[] {
  const files = firmwareFiles[guest.firmware];
  if (files === undefined) {
    return [];
  }
  const variablesFile = join(temporaryFolder, 'uefi-variables.fd');
  copyFileSync(files.variables, variablesFile);
  return [
    '-drive',
    `if=pflash,unit=0,format=raw,readonly=on,file=${files.code}`,
    '-drive',
    `if=pflash,unit=1,format=raw,file=${variablesFile}`,
  ];
}

/** A command as one line for display, with names in place of this machine's folders. */
export function showCommand(
  words: readonly string[],
  folders: ReadonlyMap<string, string>,
): string {
  return words
    .map((word) => {
      const named = [...folders].reduce(
        (text, [folder, name]) => text.replaceAll(folder, name),
        word,
      );
      return /^[\w@%+=:,./$-]+$/.test(named) ? named : `'${named}'`;
    })
    .join(' ');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Guest, XenType } from '../guests/guest.ts';
import { busyboxFor, debianKernel, program } from '../guests/packages.ts';
import { buildCpio, type CpioEntry, fileMode, programMode } from '../initramfs/cpio.ts';
import { neededLibraries } from '../initramfs/needed-libraries.ts';
import { findMerged, packagedLibraries } from '../initramfs/packaged-libraries.ts';
import { getKernel } from '../packages/kernel.ts';
import type { PackageCache } from '../packages/package-cache.ts';
import type { BootFiles } from '../qemu/command-line.ts';
import { blockEnd } from '../truth/serial-blocks.ts';
import {
  buildDom0Script,
  deviceModel,
  deviceModelData,
  dom0Modules,
  domainInitramfs,
  domainKernel,
  firmwareFile,
  xenPrograms,
} from './dom0-script.ts';

const suites = ['bookworm', 'bookworm-security'];
const debianArchitecture = 'amd64';
/** Debian's kernels for clouds lack dom0's part. */
const dom0Kernel = debianKernel(suites, debianArchitecture, 'amd64');
const hypervisor = { suites, debianArchitecture, package: 'xen-hypervisor-4.17-amd64' };
const tools = program(suites, debianArchitecture, 'xen-utils-4.17');
const deviceModelPackage = program(suites, debianArchitecture, 'qemu-system-xen');
/** It starts the firmware in an HVM domain. */
const hvmLoader = 'usr/lib/xen-4.17/boot/hvmloader';
const toolNames = [
  'xl',
  'libxl-save-helper',
  'xenconsoled',
  'xenstored',
  'xen-init-dom0',
  'xenctx',
];
/** `pthread_cancel` loads it by name. */
const libraryByName = 'libgcc_s.so.1';
/** For Xen, dom0 with the domain's files in its memory, and the domain. */
const machineMemoryInMebibytes = 1024;
const xenOptions = [
  'com1=115200,8n1',
  'console=com1',
  // Else Xen's idle loop uses what the processor lacks.
  'cpuidle=0',
  'dom0_mem=640M',
  'dom0_max_vcpus=1',
  'noreboot',
];

/** The files that boot Xen, with dom0 and the domain in one initramfs. */
export async function writeXenBootFiles(
  guest: Guest,
  type: XenType,
  domain: BootFiles,
  cache: PackageCache,
  folder: string,
): Promise<BootFiles> {
  const { folder: hypervisorFolder } = await cache.get(hypervisor);
  const kernel = await getKernel(dom0Kernel, cache);
  const { folder: toolsFolder } = await cache.get(tools);
  const busybox = await cache.get(busyboxFor(debianArchitecture));
  const kernelFile = join(folder, 'xen');
  writeFileSync(
    kernelFile,
    gunzipSync(readFileSync(join(hypervisorFolder, 'boot/xen-4.17-amd64.gz'))),
  );
  const programs = toolNames.map((name) => ({
    path: `${xenPrograms}/${name}`,
    mode: programMode,
    data: readFileSync(findMerged(toolsFolder, `${xenPrograms}/${name}`)),
  }));
  const needed = programs.flatMap(({ data }) => neededLibraries(data));
  const entries: CpioEntry[] = [
    {
      path: 'bin/busybox',
      mode: programMode,
      data: readFileSync(findMerged(busybox.folder, 'bin/busybox')),
    },
    {
      path: 'init',
      mode: programMode,
      data: Buffer.from(buildDom0Script({ ...guest, type, endOfTruth: blockEnd })),
    },
    ...programs,
    ...packagedLibraries(toolsFolder, guest.architecture, [...needed, libraryByName]),
    ...dom0Modules.flatMap((name) => {
      const file = kernel.moduleFiles.get(name);
      return file === undefined
        ? []
        : [{ path: `lab/modules/${basename(file)}`, mode: fileMode, data: readFileSync(file) }];
    }),
    { path: domainKernel, mode: fileMode, data: readFileSync(domain.kernelFile) },
    { path: domainInitramfs, mode: fileMode, data: readFileSync(domain.initramfsFile) },
  ];
  if (type === 'hvm') {
    entries.push(...(await deviceModelFiles(guest, toolsFolder, cache)));
  }
  const dom0File = join(folder, 'dom0.gz');
  writeFileSync(dom0File, gzipSync(buildCpio(entries), { level: 1 }));
  return {
    kernelFile,
    // QEMU's list of multiboot modules, each with its command line.
    initramfsFile: `${kernel.imageFile} console=hvc0 quiet,${dom0File}`,
    commandLine: xenOptions,
    memoryInMebibytes: machineMemoryInMebibytes,
  };
}

/** What an HVM domain needs: its loader, the firmware, and QEMU with its libraries. */
async function deviceModelFiles(
  { architecture }: Guest,
  toolsFolder: string,
  cache: PackageCache,
): Promise<readonly CpioEntry[]> {
  const { folder } = await cache.get(deviceModelPackage);
  const model = readFileSync(findMerged(folder, deviceModel));
  return [
    { path: deviceModel, mode: programMode, data: model },
    ...packagedLibraries(folder, architecture, neededLibraries(model)),
    { path: hvmLoader, mode: fileMode, data: readFileSync(findMerged(toolsFolder, hvmLoader)) },
    ...[firmwareFile, ...deviceModelData].map((path) => ({
      path,
      mode: fileMode,
      data: readFileSync(findMerged(folder, path)),
    })),
  ];
}

import type { KernelRole } from '../guests/guest.ts';
import type { MachineName } from '../guests/machines.ts';
import type { KernelConfiguration } from '../packages/kernel.ts';
import type { CpuState } from '../qemu/registers.ts';
import { findBuildId } from './build-id.ts';
import { parseIomem } from './iomem.ts';
import { locateKernel } from './locate-kernel.ts';
import { sectionOf, type TruthBlock } from './serial-blocks.ts';
import type { KernelTruth } from './truth.ts';

/** What is known of a kernel from elsewhere than its user space. */
export interface KernelSources {
  /** Of its build; empty where the kernel is not the laboratory's. */
  readonly configuration: KernelConfiguration;
  readonly cpus: readonly CpuState[];
}

/**
 * Makes a kernel's truth from what its user space printed.
 * @throws {Error} when something is missing, or two of the guest's own statements contradict each
 * other.
 */
export function deriveKernelTruth(
  block: TruthBlock,
  role: KernelRole,
  machine: MachineName,
  { configuration, cpus }: KernelSources,
): KernelTruth {
  const symbols = parseSymbols(sectionOf(block, 'symbols'));
  const vmcoreinfo = parseVmcoreinfo(sectionOf(block, 'vmcoreinfo'));
  const mmu = block.get('mmu') ?? '';
  const memoryMap = parseIomem(sectionOf(block, 'iomem'));
  return {
    role,
    ...locateKernel(machine, { symbols, vmcoreinfo, memoryMap, configuration, mmu, cpus }),
    release: sectionOf(block, 'release'),
    version: sectionOf(block, 'version'),
    buildId:
      vmcoreinfo['BUILD-ID'] ??
      findBuildId(Buffer.from(block.get('notes') ?? '', 'base64')) ??
      null,
    commandLine: sectionOf(block, 'command-line'),
    symbols,
    vmcoreinfoPointer: parsePointer(sectionOf(block, 'vmcoreinfo-pointer')),
    vmcoreinfo,
    memoryMap,
    processes: parseProcesses(sectionOf(block, 'processes')),
    modules: parseModules(sectionOf(block, 'modules')),
    meltdown: sectionOf(block, 'meltdown'),
    kernelLog: sectionOf(block, 'kernel-log').split('\n'),
  };
}

function parseSymbols(text: string): Readonly<Record<string, string>> {
  const symbols: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]+) \S (\S+)$/.exec(line);
    if (match !== null) {
      const [, address = '', name = ''] = match;
      // A static symbol's name may occur twice; a lookup by name finds the first.
      symbols[name] ??= `0x${BigInt(`0x${address}`).toString(16)}`;
    }
  }
  return symbols;
}

function parseVmcoreinfo(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1)]];
    }),
  );
}

function parsePointer(text: string): KernelTruth['vmcoreinfoPointer'] {
  const match = /^0x([0-9a-f]+) ([0-9a-f]+)$/.exec(text);
  return match === null
    ? null
    : { physicalAddress: `0x${match[1]}`, sizeInBytes: Number.parseInt(match[2] ?? '', 16) };
}

function parseProcesses(text: string): KernelTruth['processes'] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line);
    return match === null
      ? []
      : [{ pid: Number(match[1]), parentPid: Number(match[2]), name: match[3] ?? '' }];
  });
}

function parseModules(text: string): KernelTruth['modules'] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\S+) (\d+) .* (0x[0-9a-f]+)/.exec(line);
    return match === null
      ? []
      : [{ name: match[1] ?? '', sizeInBytes: Number(match[2]), address: match[3] ?? '' }];
  });
}

import type { Guest } from '../guests/guest.ts';
import type { KernelConfiguration } from '../packages/kernel.ts';
import type { CpuState } from '../qemu/registers.ts';
import { deriveKernelTruth } from './kernel-truth.ts';
import { parsePanic } from './panic-trace.ts';
import { parseBlocks } from './serial-blocks.ts';
import type { DumpRecord, KernelTruth, Truth } from './truth.ts';

/** Everything a guest's truth is made of. */
export interface TruthSources {
  readonly guest: Guest;
  readonly consoleText: string;
  /** The kernel's log in the dump of a guest that panicked. */
  readonly kernelLogOfPanic?: string | undefined;
  /** Of the kernel that booted; empty where there is none. */
  readonly configuration: KernelConfiguration;
  readonly cpus: readonly CpuState[];
  readonly dumps: readonly DumpRecord[];
  readonly kernelPackage: string | null;
  readonly qemuVersion: string;
  readonly qemuCommand: string;
}

/**
 * @throws {Error} when the guest reported more or fewer kernels than declared, or contradicts
 * itself.
 */
export function deriveTruth(sources: TruthSources): Truth {
  const { guest, cpus, dumps, kernelPackage, qemuVersion, qemuCommand } = sources;
  const blocks = parseBlocks(sources.consoleText);
  if (blocks.length !== guest.kernels.length) {
    throw new Error(
      `guest ${guest.name} reported ${blocks.length} kernels, its declaration has ${guest.kernels.length}`,
    );
  }
  const kernels = guest.kernels.map((role, index) =>
    deriveKernelTruth(blocks[index] ?? new Map(), role, guest.architecture, {
      configuration: sources.configuration,
      cpus,
    }),
  );
  const panic = parsePanic(sources.consoleText, sources.kernelLogOfPanic);
  const primary = kernels.find(({ role }) => role !== 'stale');
  return {
    schema: 1,
    guest: guest.name,
    purpose: guest.purpose,
    architecture: guest.architecture,
    firmware: guest.firmware,
    memoryInMebibytes: guest.memoryInMebibytes,
    expected: {
      kernel: kernels.length > 0,
      roles: guest.kernels,
    },
    ...(primary === undefined ? {} : primaryFields(primary)),
    kernels,
    ...(panic === undefined ? {} : { panic }),
    cpus,
    qemuVersion,
    qemuCommand,
    kernelPackage,
    dumps,
  };
}

function primaryFields(kernel: KernelTruth): Partial<Truth> {
  const {
    imageOffset,
    physBase,
    kaslrOffset,
    textVirtualAddress,
    textPhysicalAddress,
    pageTableRoot,
    pagingLevels,
  } = kernel;
  const { release, buildId, commandLine, symbols } = kernel;
  return {
    imageOffset,
    physBase,
    kaslrOffset,
    textVirtualAddress,
    textPhysicalAddress,
    pageTableRoot,
    pagingLevels,
    release,
    buildId,
    commandLine,
    symbols,
  };
}

import {
  type Architecture,
  CORE_NOTE_NAME,
  type Cpu,
  isVmcorekitError,
  isZero,
  NT_PRSTATUS,
  type Registers,
  readExactly,
} from '@vmcorekit/core';
import type { KdumpPart } from './part/kdump-part.ts';

/** Machines whose sub header is known to begin with what NT_PRSTATUS has as `pr_reg`. */
const placeOfRegisters: ReadonlyMap<string, { readonly at: number; readonly sizeInBytes: number }> =
  new Map([
    ['x86_64', { at: 112, sizeInBytes: 27 * 8 }],
    ['i386', { at: 72, sizeInBytes: 17 * 4 }],
  ]);
/** CONFIG_NR_CPUS of no kernel of that time is larger. */
const maxCpus = 1024;

/**
 * The registers in the sub header: those of the CPU that wrote the dump. Undefined where none were
 * written, or for another machine. Source: RHEL 4's kernel, asm-x86_64/diskdump.h and
 * asm-i386/diskdump.h.
 */
export function savedRegistersIn(
  { header, source }: KdumpPart,
  machine: Architecture | undefined,
): Registers | undefined {
  const place = placeOfRegisters.get(machine?.name ?? '');
  const size = machine?.machines.prstatusSizeInBytes;
  if (machine === undefined || size === undefined || place === undefined) {
    return undefined;
  }
  const descriptor = new Uint8Array(size);
  const fileOffset = header.blockSizeInBytes;
  try {
    descriptor.set(
      readExactly(source, fileOffset, place.sizeInBytes, 'diskdump sub header'),
      place.at,
    );
  } catch (error) {
    if (isVmcorekitError(error, 'truncated')) {
      return undefined;
    }
    throw error;
  }
  const note = { name: CORE_NOTE_NAME, type: NT_PRSTATUS, descriptor, fileOffset };
  return isZero(descriptor)
    ? undefined
    : machine.registers?.read(note, header.flavour.byteOrder)?.registers;
}

/** All CPUs up to the one that wrote the dump; of the others nothing is known. */
export function cpusWith(
  registers: Registers,
  currentCpu: number,
): readonly Pick<Cpu, 'pid' | 'registers'>[] {
  const number = currentCpu < maxCpus ? currentCpu : 0;
  return Array.from({ length: number + 1 }, (_, index) => ({
    pid: null,
    registers: index === number ? registers : new Map(),
  }));
}

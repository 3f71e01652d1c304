import { s390x } from '@vmcorekit/architectures';
import type { Dump, Registers } from '@vmcorekit/core';
import { s390xLayout } from '@vmcorekit/linux';
import { memoryDump, S390xTableBuilder, SparseMemory } from '@vmcorekit/testing';

const megabyte = 0x10_0000;
const noteAt = 0x60_0000;
const osInfoAt = 0x61_0000;
const prefix = 0x62_0000;
const swapper = 0x28_0000;

/** Where a guest's kernel lies: before 6.10 (addresses are physical), or since. */
export interface S390xGuest {
  readonly kernelOffset: bigint;
  /** Left out by kernels before 6.10. */
  readonly kernelOffsetPhysical?: bigint;
}

export const guestOf612: S390xGuest = {
  kernelOffset: 0x3ff_fdf0_0000n,
  kernelOffsetPhysical: 0n,
};
export const guestOf61: S390xGuest = { kernelOffset: 0n };

/** A guest's memory: tables, image, a note, os_info, and a lowcore of one CPU. */
export function s390xMemory(guest: S390xGuest): SparseMemory {
  const { kernelOffset, kernelOffsetPhysical } = guest;
  const memory = new SparseMemory({
    ranges: [{ start: 0, end: 16 * megabyte }],
    byteOrder: 'big',
  });
  const tables = new S390xTableBuilder(memory, {
    levels: 3,
    root: swapper,
    tablesFrom: 8 * megabyte,
  });
  const offset = kernelOffset - (kernelOffsetPhysical ?? kernelOffset);
  if (offset !== 0n) {
    const all = { virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 16 * megabyte };
    tables.map({ ...all, isWritable: true, level: 2 });
  }
  for (const [from, to, rights] of [
    [megabyte, 0x18_0000, { isExecutable: true }],
    [0x18_0000, 0x20_0000, {}],
    [0x20_0000, 0x30_0000, { isWritable: true }],
  ] as const) {
    tables.map({
      virtualAddress: offset + BigInt(from),
      physicalAddress: from,
      lengthInBytes: to - from,
      ...rights,
    });
  }
  writeNote(memory, noteOf(guest));
  memory.writeUint64(0xe0c, BigInt(noteAt));
  memory.writeUint64(prefix + 0x388, tables.asce);
  writeOsInfo(
    memory,
    kernelOffsetPhysical === undefined ? [] : [0n, kernelOffset, kernelOffsetPhysical],
  );
  memory.writeUint64(0xe18, BigInt(osInfoAt));
  return memory;
}

/** Registers of a CPU whose note of control registers is there. */
export const withControlRegisters: Registers = new Map([
  ['cr13', BigInt(swapper) | 7n],
  ['prefix', BigInt(prefix)],
]);
export const withPrefixOnly: Registers = new Map([['prefix', BigInt(prefix)]]);

export function s390xDump(memory: SparseMemory, cpus: readonly Registers[] = []): Dump {
  return memoryDump({ memory, architecture: s390x, layout: s390xLayout, cpus });
}

function noteOf({ kernelOffset, kernelOffsetPhysical }: S390xGuest): string {
  const offset = kernelOffset - (kernelOffsetPhysical ?? kernelOffset);
  const hex = (value: bigint): string => value.toString(16);
  return [
    'OSRELEASE=6.12.0-s390x',
    'PAGESIZE=4096',
    `SYMBOL(swapper_pg_dir)=${hex(offset + BigInt(swapper))}`,
    `SYMBOL(_stext)=${hex(kernelOffset + 0x10_0000n)}`,
    ...(kernelOffsetPhysical === undefined ? [] : ['IDENTITYBASE=0']),
    `KERNELOFFSET=${hex(kernelOffset)}`,
    ...(kernelOffsetPhysical === undefined ? [] : [`KERNELOFFPHYS=${hex(kernelOffsetPhysical)}`]),
    '',
  ].join('\n');
}

function writeNote(memory: SparseMemory, text: string): void {
  const bytes = new Uint8Array(24 + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 11);
  view.setUint32(4, text.length);
  bytes.set(new TextEncoder().encode('VMCOREINFO'), 12);
  bytes.set(new TextEncoder().encode(text), 24);
  memory.write(noteAt, bytes);
}

/** `values` are those of the entries from the fifth on: identity base, KERNELOFFSET, and so on. */
function writeOsInfo(memory: SparseMemory, values: readonly bigint[]): void {
  const page = new DataView(new ArrayBuffer(4096));
  page.setBigUint64(0, 0x4f53_494e_464f_535an);
  page.setUint32(12, 0x1_0001);
  for (const [index, value] of values.entries()) {
    page.setBigUint64(32 + 20 * (4 + index), value);
  }
  let sum = 0;
  for (let at = 12; at < 4096; at += 4) {
    sum += page.getUint32(at);
  }
  page.setUint32(8, (sum % 2 ** 32) + Math.floor(sum / 2 ** 32));
  memory.write(osInfoAt, new Uint8Array(page.buffer));
}

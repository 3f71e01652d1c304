import { latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A dump of Fujitsu's sadump on one device, by the names of makedumpfile's sadump_info.h. */
export interface SadumpSpec {
  /** Pages by number; null for one that exists and was not dumped. */
  readonly pages: ReadonlyMap<number, Uint8Array | null>;
  readonly header?: Partial<SadumpHeaderSpec>;
  readonly part?: { readonly set_disk_set?: number; readonly used_device?: number };
  readonly cpus?: readonly SadumpCpuSpec[];
  /** True for a backup of the device, with a header more. */
  readonly isMedia?: boolean;
  /** An EFI_TIME in words: year, month, day, hour, minute, second, minutes west of UTC. */
  readonly time?: readonly [number, number, number, number, number, number, number];
}

export interface SadumpHeaderSpec {
  readonly header_version: number;
  readonly compress: number;
  readonly block_size: number;
  readonly max_mapnr: number;
  readonly nr_cpus: number;
}

export interface SadumpCpuSpec {
  readonly Rip?: bigint;
  readonly Rsp?: bigint;
  readonly Cr0?: bigint;
  readonly Cr3?: bigint;
  readonly Cr4?: number;
  readonly Ia32Efer?: bigint;
  readonly Rflags?: bigint;
  readonly Cs?: number;
  readonly IdtBase?: bigint;
}

const cpuStateInBytes = 1024;
const apicStateInBytes = 16;

export function buildSadump(spec: SadumpSpec): Uint8Array {
  const { pages, cpus = [], header = {} } = spec;
  const block = header.block_size ?? 4096;
  const count =
    header.max_mapnr ?? [...pages.keys()].reduce((most, page) => Math.max(most, page + 1), 1);
  const bitmapBlocks = Math.ceil(count / 8 / block);
  const state = cpuStates(cpus);
  const subBlocks = Math.ceil(state.length / block);
  const dumped = [...pages].toSorted(([a], [b]) => a - b).flatMap(([, page]) => page ?? []);
  const rest = Buffer.concat([
    padded(dumpHeader(spec, { block, count, bitmapBlocks, subBlocks }), block),
    padded(state, subBlocks * block),
    bitmap(pages, bitmapBlocks * block, false),
    bitmap(pages, bitmapBlocks * block, true),
    ...dumped,
  ]);
  const part = new StructWriter(64, 'little');
  part.data(0, latin1Bytes('sadump\0\0'));
  part.field(8, 'word', 1);
  part.field(152, 'word', spec.part?.set_disk_set ?? 0);
  part.field(160, 'address', spec.part?.used_device ?? block + rest.length);
  let magic = 0x1234567;
  for (let at = 168; at < block; at += 4) {
    part.field(at, 'word', magic);
    magic = Math.imul(11, magic + 7) >>> 0;
  }
  return Buffer.concat([new Uint8Array(spec.isMedia === true ? 4096 : 0), part.bytes, rest]);
}

function dumpHeader(
  { time, header = {}, cpus = [] }: SadumpSpec,
  sizes: {
    readonly block: number;
    readonly count: number;
    readonly bitmapBlocks: number;
    readonly subBlocks: number;
  },
): Uint8Array {
  const writer = new StructWriter(64, 'little');
  writer.data(0, latin1Bytes('sadump\0\0'));
  writer.field(8, 'word', header.header_version ?? 1);
  const [year, month, day, hour, minute, second, zone] = time ?? [0, 0, 0, 0, 0, 0, 2047];
  writer.field(16, 'half', year);
  writer.data(18, Uint8Array.of(month, day, hour, minute, second));
  writer.field(28, 'half', zone & 0xffff);
  const words = [0, header.compress ?? 0, sizes.block, 0, sizes.subBlocks, sizes.bitmapBlocks];
  words.push(sizes.bitmapBlocks, sizes.count, sizes.count, 0, 0, 0);
  words.push(header.nr_cpus ?? cpus.length);
  for (const [index, word] of words.entries()) {
    writer.field(32 + 4 * index, 'word', word);
  }
  for (const [index, word] of [sizes.count, sizes.count, 0, 0].entries()) {
    writer.field(88 + 8 * index, 'address', word);
  }
  return writer.bytes;
}

function cpuStates(cpus: readonly SadumpCpuSpec[]): Uint8Array {
  const writer = new StructWriter(64, 'little');
  writer.field(0, 'word', cpus.length * cpuStateInBytes);
  for (const [index, cpu] of cpus.entries()) {
    const at = 4 + cpus.length * apicStateInBytes + index * cpuStateInBytes;
    const idt = cpu.IdtBase ?? 0n;
    writer.field(at + 472, 'word', idt >> 32n);
    writer.field(at + 660, 'word', BigInt.asUintN(32, idt));
    writer.field(at + 576, 'word', cpu.Cr4 ?? 0);
    writer.field(at + 892, 'address', cpu.Rsp ?? 0n);
    writer.field(at + 940, 'word', cpu.Cs ?? 0);
    writer.field(at + 984, 'address', cpu.Rip ?? 0n);
    writer.field(at + 992, 'address', cpu.Ia32Efer ?? 0x500n);
    writer.field(at + 1000, 'address', cpu.Rflags ?? 2n);
    writer.field(at + 1008, 'address', cpu.Cr3 ?? 0n);
    writer.field(at + 1016, 'address', cpu.Cr0 ?? 0n);
  }
  return writer.bytes;
}

/** The most significant bit of a byte is that of its first page. */
function bitmap(pages: SadumpSpec['pages'], sizeInBytes: number, ofDumped: boolean): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  for (const [page, data] of pages) {
    if (data !== null || !ofDumped) {
      bytes[page >>> 3] = (bytes[page >>> 3] ?? 0) | (0x80 >>> (page & 7));
    }
  }
  return bytes;
}

function padded(bytes: Uint8Array, sizeInBytes: number): Uint8Array {
  const larger = new Uint8Array(Math.max(bytes.length, sizeInBytes));
  larger.set(bytes);
  return larger;
}

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
  const block = blockOf(spec);
  const { headers, pages } = contentsOf(spec);
  const rest = Buffer.concat([headers, ...pages]);
  return Buffer.concat([
    new Uint8Array(spec.isMedia === true ? 4096 : 0),
    partHeader(block, {
      number: spec.part?.set_disk_set ?? 0,
      used: spec.part?.used_device ?? block + rest.length,
      set: 0,
    }),
    rest,
  ]);
}

export interface SadumpSetSpec {
  /** How many of the stored pages each disk but the last one holds. */
  readonly pagesOfDisks: readonly number[];
  /** The header of a set has this many blocks; 1 if absent. */
  readonly headerBlocks?: number;
  /** Of the set's id and the volumes' ids; two sets differ by it. */
  readonly set?: number;
}

/** The disks of a set, in order. Each but the first has its header, then pages. */
export function buildSadumpSet(spec: SadumpSpec, setSpec: SadumpSetSpec): Uint8Array[] {
  const { pagesOfDisks, headerBlocks = 1, set = 1 } = setSpec;
  const block = blockOf(spec);
  const { headers, pages } = contentsOf(spec);
  const setHeader = new StructWriter(64, 'little');
  setHeader.field(0, 'word', headerBlocks);
  setHeader.field(4, 'word', pagesOfDisks.length + 1);
  for (const [index] of pagesOfDisks.entries()) {
    setHeader.data(16 + 32 * index, volumeId(set, index + 2));
  }
  let from = 0;
  return [...pagesOfDisks, pages.length].map((count, index) => {
    const held = pages.slice(from, from + count);
    from += count;
    const first = index === 0 ? [padded(setHeader.bytes, headerBlocks * block), headers] : [];
    const rest = Buffer.concat([...first, ...held]);
    const part = { number: index + 1, used: block + rest.length, set };
    return Buffer.concat([partHeader(block, part), rest]);
  });
}

function blockOf({ header }: SadumpSpec): number {
  return header?.block_size ?? 4096;
}

function contentsOf(spec: SadumpSpec): { headers: Uint8Array; pages: readonly Uint8Array[] } {
  const { pages, cpus = [], header = {} } = spec;
  const block = blockOf(spec);
  const count =
    header.max_mapnr ?? [...pages.keys()].reduce((most, page) => Math.max(most, page + 1), 1);
  const bitmapBlocks = Math.ceil(count / 8 / block);
  const state = cpuStates(cpus);
  const subBlocks = Math.ceil(state.length / block);
  return {
    headers: Buffer.concat([
      padded(dumpHeader(spec, { block, count, bitmapBlocks, subBlocks }), block),
      padded(state, subBlocks * block),
      bitmap(pages, bitmapBlocks * block, false),
      bitmap(pages, bitmapBlocks * block, true),
    ]),
    pages: [...pages].toSorted(([a], [b]) => a - b).flatMap(([, page]) => page ?? []),
  };
}

/** Its magic words fill its block. */
function partHeader(
  block: number,
  { number, used, set }: { readonly number: number; readonly used: number; readonly set: number },
): Uint8Array {
  const part = new StructWriter(64, 'little');
  part.data(0, latin1Bytes('sadump\0\0'));
  part.field(8, 'word', 1);
  part.field(104, 'word', set);
  part.data(120, volumeId(set, number));
  part.field(152, 'word', number);
  part.field(160, 'address', used);
  let magic = 0x1234567;
  for (let at = 168; at < block; at += 4) {
    part.field(at, 'word', magic);
    magic = Math.imul(11, magic + 7) >>> 0;
  }
  return part.bytes;
}

function volumeId(set: number, number: number): Uint8Array {
  return Uint8Array.of(set, number, ...new Uint8Array(14));
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

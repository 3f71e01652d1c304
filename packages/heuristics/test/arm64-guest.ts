import { arm64 } from '@vmcorekit/architectures';
import type { Dump } from '@vmcorekit/core';
import { arm64Layout } from '@vmcorekit/linux';
import { Arm64TableBuilder, memoryDump, SparseMemory } from '@vmcorekit/testing';

const ram = 0x4000_0000;
const image = ram + 0x20_0000;
export const arm64Root: number = image + 0x38_0000;
/** Where the text begins in virtual memory, chosen by KASLR. */
const moved = 0xffff_a24e_4a40_0000n;
/** Where Linux 6.1 links it. */
export const linkedAt = 0xffff_8000_0800_0000n;
export const offsetOf = (text: bigint): bigint => text - BigInt(image);
export const pcIn = (text: bigint = moved): bigint => text + 0x2_0000n;
export const movedText: bigint = moved;

interface GuestFields {
  readonly text?: bigint;
  readonly pcs?: readonly bigint[];
  /** The page that the code names. */
  readonly named?: number;
  /** Where the code lies that names it. */
  readonly codeAt?: number;
  /** Whether the kernel may write to its text. */
  readonly isTextWritable?: boolean;
}

/** A kernel of 4 KiB pages where QEMU loads it, whose code names its root. */
export function arm64Guest(fields: GuestFields = {}): Dump {
  const { text = moved, pcs = [pcIn(text)], named = arm64Root, isTextWritable = false } = fields;
  const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x200_0000 }] });
  const tables = new Arm64TableBuilder(memory, {
    granuleInBytes: 0x1000,
    addressBits: 48,
    root: arm64Root,
    tablesFrom: image + 0x60_0000,
  });
  for (const [from, to, rights] of [
    [0x1_0000, 0x20_0000, { isExecutable: true, isWritable: isTextWritable }],
    [0x20_0000, 0x39_0000, {}],
    [0x40_0000, 0x50_0000, { isWritable: true }],
  ] as const) {
    tables.map({
      virtualAddress: text + BigInt(from),
      physicalAddress: image + from,
      lengthInBytes: to - from,
      ...rights,
    });
  }
  tables.map({
    virtualAddress: 0xffff_0000_0000_0000n,
    physicalAddress: ram,
    lengthInBytes: 0x100_0000,
    isWritable: true,
  });
  const { codeAt = image + 0x1_2340 } = fields;
  memory.write(codeAt, codeNaming(codeAt, named));
  return memoryDump({
    memory,
    architecture: arm64,
    layout: arm64Layout,
    cpus: pcs.map((pc) => new Map([['pc', pc]])),
  });
}

/** `adrp x1, PAGE` and `add x1, x1, #0`, as Linux 6.1 has them. */
function codeNaming(at: number, page: number): Uint8Array {
  const pages = Math.floor(page / 0x1000) - Math.floor(at / 0x1000);
  const code = new DataView(new ArrayBuffer(8));
  const adrp = 0x9000_0001 | ((pages & 3) << 29) | (((pages >> 2) & 0x7_ffff) << 5);
  code.setUint32(0, adrp >>> 0, true);
  code.setUint32(4, 0x9100_0021, true);
  return new Uint8Array(code.buffer);
}

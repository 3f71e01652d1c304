import type { ByteOrder, Disassembler, Instruction } from '@vmcorekit/core';
import { plugin } from '@vmcorekit/disassemblers';
import { type FuzzTarget, must } from '../target.ts';

/** Where the code lies, on machines of 32 bits and on others. */
const low = 0xc100_0000n;
const high = 0xffff_ffff_8100_0000n;
const of32Bits: ReadonlySet<string> = new Set(['arm', 'i386', 'mips']);
const limit = 1000;
/** An input this long has an instruction of every machine many times. */
const maxBytes = 4096;
const byteOrders: readonly ByteOrder[] = ['little', 'big'];

/** Code of a function's start and end, a call and a jump, on several machines. */
const seeds: readonly (readonly number[])[] = [
  [0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0xe8, 0x10, 0, 0, 0, 0x0f, 0x0b, 0xc3],
  [0x48, 0x8b, 0x05, 0x34, 0x12, 0, 0, 0x75, 0xfe, 0xf3, 0x48, 0x0f, 0xae, 0xe8, 0xcc],
  [0xfd, 0x7b, 0xbf, 0xa9, 0x04, 0, 0, 0x94, 0xbf, 0x23, 0x03, 0xd5, 0xc0, 0x03, 0x5f, 0xd6],
  [0x41, 0x11, 0x06, 0xe4, 0xef, 0, 0x10, 0, 0x93, 0x07, 0x05, 0, 0x82, 0x80],
  [0xeb, 0x6f, 0xf0, 0x48, 0, 0x24, 0xc0, 0xe5, 0, 0, 0, 0x10, 0x07, 0xfe],
  [0x7c, 0x08, 0x02, 0xa6, 0x48, 0, 0, 0x11, 0x4e, 0x80, 0, 0x20],
];

/** What every answer keeps, whatever the bytes are. */
function check(code: readonly Instruction[], address: bigint, lengthInBytes: number): void {
  let next = address;
  for (const each of code) {
    must(each.address === next && each.lengthInBytes > 0, 'instructions have no gap between them');
    must(/^[\x20-\x7e]*$/.test(`${each.mnemonic}${each.operands}`), 'instructions are plain text');
    next += BigInt(each.lengthInBytes);
  }
  must(code.length <= limit, 'more instructions came than the limit allows');
  const read = Number(next - address);
  must(read <= lengthInBytes, 'an instruction ends after the code');
  must(read === lengthInBytes || code.length === limit, 'no code is left out');
}

async function readAll(disassembler: Disassembler, bytes: Uint8Array): Promise<string> {
  await disassembler.prepare?.();
  return disassembler.architectures
    .flatMap((architecture) =>
      byteOrders.map((byteOrder) => {
        const address = of32Bits.has(architecture) ? low : high;
        const code = { bytes, address, architecture, byteOrder };
        const found = disassembler.disassemble(code, limit);
        check(found, address, bytes.length);
        const known = found.filter(({ mnemonic }) => mnemonic !== null).length;
        return `${Math.ceil(Math.log2(known + 1))}`;
      }),
    )
    .join(' ');
}

export const machineCode: FuzzTarget = {
  name: 'machine-code',
  summary: 'machine code of every machine, in both byte orders',
  seeds: () => seeds.map((bytes) => Uint8Array.from(bytes)),
  async run(bytes) {
    const words: string[] = [];
    for (const disassembler of plugin.disassemblers ?? []) {
      words.push(await readAll(disassembler, bytes.subarray(0, maxBytes)));
    }
    return words.join('; ');
  },
};

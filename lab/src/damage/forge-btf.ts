import type { Kernel } from '@vmcorekit/core';
import type { MemoryEdit } from './memory-edit.ts';

const recordHeadInBytes = 12;
const memberInBytes = 12;
const structKinds: readonly number[] = [4, 5];
/** By kind, the bytes after a record's head, and those of each element. Source: btf.h. */
const lengths: Readonly<Record<number, readonly [fixed: number, each: number]>> = {
  ...{ 1: [4, 0], 3: [12, 0], 4: [0, 12], 5: [0, 12], 6: [0, 8], 13: [0, 8] },
  ...{ 14: [4, 0], 15: [0, 12], 17: [4, 0], 19: [0, 12] },
};

/**
 * Writes another offset of a member into the kernel's own BTF, as an attacker would. Throws where
 * the kernel has no such member.
 */
export function forgeMember(
  kernel: Kernel,
  edit: MemoryEdit,
  {
    struct,
    member,
    offsetInBytes,
  }: Readonly<Record<'struct' | 'member', string>> & {
    readonly offsetInBytes: number;
  },
): void {
  const start = kernel.symbols.find('__start_BTF')?.address ?? 0n;
  const end = kernel.symbols.find('__stop_BTF')?.address ?? 0n;
  const bytes = Buffer.from(kernel.memory.read(start, Number(end - start)));
  const types = bytes.readUInt32LE(4) + bytes.readUInt32LE(8);
  const names = bytes.readUInt32LE(4) + bytes.readUInt32LE(16);
  const isNamed = (at: number, name: string) => {
    const nameAt = names + bytes.readUInt32LE(at);
    return bytes.toString('latin1', nameAt, nameAt + name.length + 1) === `${name}\0`;
  };
  const typesEnd = types + bytes.readUInt32LE(12);
  for (let at = types; at < typesEnd; ) {
    const info = bytes.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x7f;
    const count = info & 0xffffff;
    const [fixed, each] = lengths[kind] ?? [0, 0];
    for (let index = 0; structKinds.includes(kind) && index < count; index++) {
      const place = at + recordHeadInBytes + memberInBytes * index;
      if (isNamed(at, struct) && isNamed(place, member)) {
        const bits = bytes.readUInt32LE(place + 8);
        const word = Buffer.alloc(4);
        word.writeUInt32LE(((bits & 0xff000000) | (offsetInBytes * 8)) >>> 0);
        edit.write(start + BigInt(place + 8), word);
        return;
      }
    }
    at += recordHeadInBytes + fixed + each * count;
  }
  throw new Error(`the BTF of this kernel has no ${struct}.${member}`);
}

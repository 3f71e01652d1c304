import { isVmcorekitError, type PhysicalMemory, type Registers, StructView } from '@vmcorekit/core';

/**
 * Where the dump program stores the registers of each CPU: in its lowcore. Source: Linux,
 * arch/s390/include/asm/lowcore.h, the save areas.
 */
const savedAt = 0x1200;
const savedInBytes = 0x200;
const generalAt = 0x80;
const pswAt = 0x100;
const accessAt = 0x140;
const controlAt = 0x180;
const count = 16;

/** The registers that a lowcore holds; undefined where it was not filled, or cannot be read. */
export function registersIn(memory: PhysicalMemory, lowcore: number): Registers | undefined {
  const view = savedArea(memory, lowcore);
  if (view === undefined) {
    return undefined;
  }
  const registers = new Map<string, bigint>([
    ['psw_mask', view.uint64(pswAt)],
    ['psw_addr', view.uint64(pswAt + 8)],
  ]);
  for (let index = 0; index < count; index++) {
    registers.set(`r${index}`, view.uint64(generalAt + 8 * index));
  }
  for (let index = 0; index < count; index++) {
    registers.set(`a${index}`, BigInt(view.uint32(accessAt + 4 * index)));
  }
  for (let index = 0; index < count; index++) {
    registers.set(`cr${index}`, view.uint64(controlAt + 8 * index));
  }
  registers.set('prefix', BigInt(lowcore));
  return registers.get('psw_mask') === 0n && registers.get('cr13') === 0n ? undefined : registers;
}

function savedArea(memory: PhysicalMemory, lowcore: number): StructView | undefined {
  try {
    return new StructView(memory.read(lowcore + savedAt, savedInBytes), 'big', 'lowcore');
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return undefined;
    }
    throw error;
  }
}

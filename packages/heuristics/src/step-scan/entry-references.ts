const REX_W = 0x48;
const REX_WR = 0x4c;
const opcodes = { addFromMemory: 0x03, loadFromMemory: 0x8b } as const;
const addToRax = 0x05;
const addToRegister = 0x81;
const moveToRegister = 0xc7;
const pageSizeInBytes = 0x1000;
/** Nothing that the entry code names lies farther behind it. */
const reachInBytes = 512 * 1024 * 1024;

/** What the code at the start of an x86-64 kernel image refers to. Most of it is something else: each is to be tried and verified. */
export interface EntryReferences {
  /** Physical addresses of 64-bit variables that are added or loaded relative to the instruction pointer: one is `phys_base`. */
  readonly variables: readonly number[];
  /** Constants that are multiples of a page: one is the address of `init_top_pgt` less that of the image window, as KASLR moved it. */
  readonly tableOffsets: readonly number[];
}

/**
 * Reads references out of an image's first page. A processor that comes up late enters there with paging off (`secondary_startup_64`) and
 * needs both: it adds `phys_base` to the constant `init_top_pgt - __START_KERNEL_map` and loads the sum as its CR3. The order of the two
 * and the registers changed over the years, so every instruction of either form is taken.
 * Source: Linux, arch/x86/kernel/head_64.S, from v2.6.22 (relocatable kernels) to v6.12.
 */
export function entryReferences(page: Uint8Array, physicalAddress: number): EntryReferences {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const variables = new Set<number>();
  const tableOffsets = new Set<number>();
  for (let at = 0; at + 7 <= page.length; at++) {
    const prefix = page[at];
    if (prefix !== REX_W && prefix !== REX_WR) {
      continue;
    }
    const opcode = page[at + 1] ?? 0;
    const modrm = page[at + 2] ?? 0;
    if ((opcode === opcodes.addFromMemory || opcode === opcodes.loadFromMemory) && (modrm & 0xc7) === 0x05) {
      const target = physicalAddress + at + 7 + view.getInt32(at + 3, true);
      if (target > physicalAddress && target < physicalAddress + reachInBytes && target % 8 === 0) {
        variables.add(target);
      }
    } else if (prefix === REX_W && opcode === addToRax) {
      addOffset(tableOffsets, view.getUint32(at + 2, true));
    } else if (prefix === REX_W && (opcode === addToRegister || opcode === moveToRegister) && (modrm & 0xf8) === 0xc0) {
      addOffset(tableOffsets, view.getUint32(at + 3, true));
    }
  }
  return { variables: [...variables], tableOffsets: [...tableOffsets] };
}

function addOffset(offsets: Set<number>, value: number): void {
  if (value !== 0 && value % pageSizeInBytes === 0 && value < 0x4000_0000) {
    offsets.add(value);
  }
}

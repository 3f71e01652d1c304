import {
  type Kernel,
  type KernelMemory,
  type Registers,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import { readNamedWords } from '../named-words.ts';
import type { StackRegion } from '../stack-regions.ts';

/**
 * STACK_FRAME_REGS_MARKER: `regshere` (6.1), later `REGS` in 32 bits (7.2), whose value depends on
 * the byte order. Source: Linux, arch/powerpc/include/asm/ptrace.h.
 */
const markers: readonly bigint[] = [0x7265_6773_6865_7265n, 0x5347_4552n, 0x5245_4753n];
/**
 * Where a frame that entry code made has the marker and `pt_regs`: in 7.2, and in 6.1.
 * Source: Linux, arch/powerpc/include/asm/ptrace.h (STACK_INT_FRAME_MARKER, STACK_INT_FRAME_REGS).
 */
const places = [
  { marker: 32n, registers: 48n },
  { marker: 96n, registers: 112n },
] as const;
/** Where such a frame may have its registers. */
export const registerPlaces: readonly bigint[] = places.map(({ registers }) => registers);

/**
 * `struct user_pt_regs`, with which `struct pt_regs` begins. It is part of the kernel's interface,
 * so it never changes. Source: Linux, arch/powerpc/include/uapi/asm/ptrace.h.
 */
export const registerNames: readonly string[] = [
  ...Array.from({ length: 32 }, (_, index) => `r${index}`),
  ...['nip', 'msr', 'orig_r3', 'ctr', 'lr'],
];
const wordSizeInBytes = 8;
const sizeInBytes = registerNames.length * wordSizeInBytes;

/** The registers that entry code saved in a frame; undefined where it is no such frame. */
export function registersIn(
  { memory }: Kernel,
  frame: VirtualAddress,
  region: StackRegion | undefined,
): Registers | undefined {
  const place = places.find(
    (each) =>
      region !== undefined &&
      frame + each.registers + BigInt(sizeInBytes) <= region.end &&
      markers.includes(memory.readUint64(frame + each.marker)),
  );
  return place === undefined
    ? undefined
    : readNamedWords(memory, frame + place.registers, registerNames);
}

/** Where a task that never ran has the address of its first instruction, for both places. */
export function firstInstructionsAt(frame: VirtualAddress): readonly VirtualAddress[] {
  return places.map(
    ({ registers }) => frame + registers + BigInt(registerNames.indexOf('nip') * wordSizeInBytes),
  );
}

/** What a function keeps for its caller. Source: 64-Bit ELF V2 ABI Specification. */
const kept: ReadonlySet<string> = new Set(
  registerNames.slice(registerNames.indexOf('r14'), registerNames.indexOf('nip')),
);

/**
 * The registers that `_switch` keeps in its frame. They are there where its return address is among
 * them; else none are proved. Source: Linux, arch/powerpc/kernel/switch.S (SAVE_NVGPRS, _NIP).
 */
export function keptBySwitch(
  memory: KernelMemory,
  frame: VirtualAddress,
  returnAddress: VirtualAddress,
): Registers {
  for (const { registers } of places) {
    const saved = tryRead(() => readNamedWords(memory, frame + registers, registerNames));
    if (saved?.get('nip') === returnAddress) {
      return new Map([...saved].filter(([name]) => kept.has(name)));
    }
  }
  return new Map();
}

/** MSR_PR. Source: Power ISA, Book III, Machine State Register. */
const problemState = 1n << 14n;

/** Whether registers are a program's. */
export function isUserMode(registers: Registers): boolean {
  return ((registers.get('msr') ?? 0n) & problemState) !== 0n;
}

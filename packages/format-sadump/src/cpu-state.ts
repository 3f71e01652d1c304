import { type Registers, StructView } from '@vmcorekit/core';

/** Places in the state that a CPU saves in SMRAM. Source: Intel SDM 3C, 64-bit save state map. */
const general: readonly string[] = [
  ...['r15', 'r14', 'r13', 'r12', 'r11', 'r10', 'r9', 'r8'],
  ...['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'],
];
const generalAt = 796;
const selectors: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const selectorsAt = 936;
const idtHighAt = 472;
const idtLowAt = 660;
const cr4At = 576;
const wide: readonly (readonly [string, number])[] = [
  ['rip', 984],
  ['rflags', 1000],
  ['cr3', 1008],
  ['cr0', 1016],
];
const eferAt = 992;
const longModeActive = 1n << 10n;

export interface CpuState {
  readonly registers: Registers;
  readonly isLongMode: boolean;
}

export function cpuStateIn(bytes: Uint8Array): CpuState {
  const view = new StructView(bytes, 'little', 'sadump CPU state');
  const registers = new Map<string, bigint>();
  for (const [index, name] of general.entries()) {
    registers.set(name, view.uint64(generalAt + 8 * index));
  }
  for (const [index, name] of selectors.entries()) {
    registers.set(name, BigInt(view.uint32(selectorsAt + 4 * index)));
  }
  for (const [name, offset] of wide) {
    registers.set(name, view.uint64(offset));
  }
  registers.set('cr4', BigInt(view.uint32(cr4At)));
  registers.set(
    'idt_base',
    (BigInt(view.uint32(idtHighAt)) << 32n) | BigInt(view.uint32(idtLowAt)),
  );
  return { registers, isLongMode: (view.uint64(eferAt) & longModeActive) !== 0n };
}

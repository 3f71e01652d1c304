import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { type CallFrameRule, type FrameAddress, noRule } from '../call-frame.ts';
import type { OrcEntry, OrcRegister } from './orc-entry.ts';
import { ptRegsNames } from './pt-regs.ts';

const wordSizeInBytes = 8;
/**
 * Code that only programs enter, by a system call: nothing of the kernel was interrupted. gdb has
 * no name for a frame that was. Source: Linux, arch/x86/entry/entry_64.S, entry_64_compat.S.
 */
const isSystemCall = /^entry_(?:SYSCALL|SYSENTER|INT80)/;

/** One rule for all equal entries. */
export class RulesOfEntries {
  readonly #kernel: Pick<Kernel, 'symbols'>;
  readonly #known: Map<OrcEntry, CallFrameRule> = new Map();
  /** For system calls. */
  readonly #called: Map<CallFrameRule, CallFrameRule> = new Map();

  constructor(kernel: Pick<Kernel, 'symbols'>) {
    this.#kernel = kernel;
  }

  of(entry: OrcEntry | undefined, base: VirtualAddress, start: number): CallFrameRule | undefined {
    if (entry === undefined) {
      return undefined;
    }
    const rule = this.#known.get(entry) ?? callFrameRule(entry);
    this.#known.set(entry, rule);
    if (!rule.isSignal || !this.#isSystemCallAt(base + BigInt(start))) {
      return rule;
    }
    const called = this.#called.get(rule) ?? { ...rule, isSignal: false };
    this.#called.set(rule, called);
    return called;
  }

  #isSystemCallAt(address: VirtualAddress): boolean {
    return isSystemCall.test(this.#kernel.symbols.at(address)?.name ?? '');
  }
}

/** The rule of an ORC entry. */
export function callFrameRule(entry: OrcEntry): CallFrameRule {
  const frame = frameOf(entry);
  if (frame === null || entry.kind === 'undefined' || entry.kind === 'end') {
    return noRule;
  }
  const isRegs = entry.kind !== 'call';
  const base = { frame, isSignal: entry.isSignal ?? isRegs };
  switch (entry.kind) {
    case 'call':
      return withFramePointer({ ...base, ...plain, saved: { rip: -wordSizeInBytes } }, entry);
    case 'regs-partial':
      return withFramePointer(
        {
          ...base,
          ...plain,
          saved: hardwareFrame,
          kept: ptRegsNames.filter((name) => !(name in hardwareFrame)),
        },
        entry,
      );
    default:
      return withFramePointer({ ...base, ...plain, saved: allRegisters }, entry);
  }
}

const plain = { savedAt: {}, kept: [] };
const allRegisters = Object.fromEntries(
  ptRegsNames.map((name, index) => [name, wordSizeInBytes * index]),
);
const firstOfHardware = ptRegsNames.indexOf('rip');
const hardwareFrame = Object.fromEntries(
  ptRegsNames.slice(firstOfHardware).map((name, index) => [name, wordSizeInBytes * index]),
);

/** `rbp` as the entry has it; where it says nothing, that of the frame or of its `pt_regs`. */
function withFramePointer(rule: CallFrameRule, entry: OrcEntry): CallFrameRule {
  const { rbp: _, ...saved } = rule.saved;
  const kept = rule.kept.filter((name) => name !== 'rbp');
  const offset = Number(entry.bpOffset);
  switch (entry.bpRegister) {
    case 'undefined':
      return 'rbp' in rule.saved ? rule : { ...rule, kept: [...kept, 'rbp'] };
    case 'previous-sp':
      return { ...rule, kept, saved: { ...saved, rbp: offset } };
    case 'rbp':
      return { ...rule, kept, saved, savedAt: { rbp: { register: 'rbp', offset, load: 'none' } } };
    default:
      return { ...rule, kept, saved };
  }
}

const registers: Readonly<Partial<Record<OrcRegister, readonly [string, FrameAddress['load']]>>> = {
  rsp: ['rsp', 'none'],
  rbp: ['rbp', 'none'],
  rax: ['rax', 'none'],
  rdx: ['rdx', 'none'],
  rdi: ['rdi', 'none'],
  r10: ['r10', 'none'],
  r13: ['r13', 'none'],
  'rsp-indirect': ['rsp', 'first'],
  'rbp-indirect': ['rbp', 'last'],
};

function frameOf({ spRegister, spOffset }: OrcEntry): FrameAddress | null {
  const [register, load] = registers[spRegister ?? 'undefined'] ?? [];
  return register === undefined || load === undefined
    ? null
    : { register, offset: Number(spOffset), load };
}

import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf, listNodes, WalkNotes } from '../../containers/index.ts';
import { perKernel } from '../../per-kernel.ts';
import { pointer, text } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import type { UnwindState } from './orc-step.ts';

const maxPrograms = 65_536;
/** BPF_PROG_PACK_SIZE is 2 MiB for each node; the last fallback is a page. */
const packSizeInBytes = 0x20_0000n;
/** `push %rbp; mov %rsp,%rbp`. Source: Linux, arch/x86/net/bpf_jit_comp.c (emit_prologue). */
const prologue = [0x55, 0x48, 0x89, 0xe5] as const;
const maxPrologueSizeInBytes = 32;
const returnOpcode = 0xc3;

/** Code that BPF made. */
export interface BpfCode {
  /** Null for a classic filter: the kernel keeps no name of it. */
  readonly name: string | null;
  /** Null where only a pack is known, which holds many programs. */
  readonly start: VirtualAddress | null;
  readonly end: VirtualAddress;
}

/**
 * The BPF code that holds an address. Programs and trampolines are listed by name; classic filters
 * only lie in the packs. Source: Linux, kernel/bpf/core.c (bpf_kallsyms, pack_list).
 */
export function bpfCodeAt(kernel: Kernel, address: VirtualAddress): BpfCode | undefined {
  const { programs, packs } = bpfCodeOf(kernel);
  const program = programs.find(
    ({ start, end }) => start !== null && start <= address && address < end,
  );
  if (program !== undefined) {
    return program;
  }
  const pack = packs.find((start) => start <= address && address < start + packSizeInBytes);
  return pack === undefined ? undefined : { name: null, start: null, end: pack + packSizeInBytes };
}

/**
 * The frame that called BPF code, which keeps a frame pointer and has no unwind table. Throws as
 * memory does.
 */
export function bpfStep(
  kernel: Kernel,
  state: UnwindState,
  { start }: BpfCode,
): UnwindState | string {
  const { memory } = kernel;
  const { ip, sp, bp } = state;
  const pushed = pushedAt(kernel, start, ip, state.isExact);
  if (bp === undefined && pushed === 'saved') {
    return 'BPF code keeps a frame pointer, which is not known';
  }
  const slot =
    pushed === 'nothing' ? sp : pushed === 'pushed' ? sp + 8n : BigInt.asUintN(64, (bp ?? 0n) + 8n);
  return {
    ip: memory.readUint64(slot),
    sp: BigInt.asUintN(64, slot + 8n),
    bp: pushed === 'nothing' ? bp : memory.readUint64(BigInt.asUintN(64, slot - 8n)),
    isBpProved: true,
    isExact: false,
    registers: new Map(),
    isUser: false,
    slot,
    note: null,
  };
}

/**
 * How far the frame of a program is made where it was interrupted: its prologue has not pushed the
 * frame pointer, has pushed it, or has also loaded the new one.
 */
function pushedAt(
  { memory }: Kernel,
  start: VirtualAddress | null,
  ip: VirtualAddress,
  isExact: boolean,
): 'nothing' | 'pushed' | 'saved' {
  if (!isExact) {
    return 'saved';
  }
  if (memory.tryRead(ip, 1)?.[0] === returnOpcode) {
    return 'nothing';
  }
  const code = start === null ? undefined : memory.tryRead(start, maxPrologueSizeInBytes);
  const at = code?.findIndex((_, index) =>
    prologue.every((byte, place) => code[index + place] === byte),
  );
  if (start === null || at === undefined || at < 0) {
    return 'saved';
  }
  const done = Number(ip - start) - at;
  return done <= 0 ? 'nothing' : done < prologue.length ? 'pushed' : 'saved';
}

const bpfCodeOf = perKernel((kernel: Kernel) => ({
  programs: [...readPrograms(kernel)],
  packs: [...readPacks(kernel)],
}));

function* readPrograms(kernel: Kernel): Generator<BpfCode, void, void> {
  const head = kernel.symbols.find('bpf_kallsyms')?.address;
  if (head === undefined || kernel.types.struct('bpf_ksym')?.member('lnode') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'bpf_ksym', {
    start: pointer('start'),
    end: pointer('end'),
    name: text('name'),
  });
  for (const node of listNodes(kernel, head, new WalkNotes(), { limit: maxPrograms })) {
    const code = reader.tryRead(containerOf(kernel, 'bpf_ksym', 'lnode', node));
    if (code !== undefined && code.start < code.end) {
      yield code;
    }
  }
}

function* readPacks(kernel: Kernel): Generator<VirtualAddress, void, void> {
  const head = kernel.symbols.find('pack_list')?.address;
  if (head === undefined || kernel.types.struct('bpf_prog_pack')?.member('list') === undefined) {
    return;
  }
  const reader = structReader(kernel, 'bpf_prog_pack', { start: pointer('ptr') });
  for (const node of listNodes(kernel, head, new WalkNotes(), { limit: maxPrograms })) {
    const pack = reader.tryRead(containerOf(kernel, 'bpf_prog_pack', 'list', node));
    if (pack !== undefined) {
      yield pack.start;
    }
  }
}

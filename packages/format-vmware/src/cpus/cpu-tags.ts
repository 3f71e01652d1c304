import { type ByteSource, readExactly, StructView } from '@vmcorekit/core';
import { numberOf, wordOf } from '../memory-layout.ts';
import type { Tag } from '../tags.ts';

/** VMware's machines have at most 768. */
const maxCpus = 4096;
const maxBlockInBytes = 256;
/** The order in the block `gpregs`. */
const generalNames: readonly string[] = [
  ...['rax', 'rcx', 'rdx', 'rbx', 'rbp', 'rsp', 'rsi', 'rdi'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
];
const segmentNames: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const controlCount = 9;
const mask32 = 0xffff_ffffn;

/** What the group `cpu` says: registers by the names of x86-64, for each CPU. */
export class CpuTags {
  readonly #cpus: Map<number, Map<string, bigint>> = new Map();
  #count: number | null = null;

  take(tag: Tag, source: ByteSource): void {
    const { name, indices } = tag;
    if (name === 'cpu:numVCPUs') {
      this.#count = numberOf(tag, source);
      return;
    }
    const [cpu = 0, index = 0] = indices;
    if (indices.length === 0 || cpu >= maxCpus) {
      return;
    }
    for (const [register, value] of registersIn(tag, index, source)) {
      const registers = this.#cpus.get(cpu) ?? new Map<string, bigint>();
      this.#cpus.set(cpu, registers);
      const isHalf = name === 'IDTR' && indices.length > 1;
      registers.set(register, isHalf ? (registers.get(register) ?? 0n) | value : value);
    }
  }

  /** The registers of each CPU, in order; CPUs without any are empty. */
  get cpus(): readonly ReadonlyMap<string, bigint>[] {
    const length = Math.min(maxCpus, this.#count ?? Math.max(-1, ...this.#cpus.keys()) + 1);
    return Array.from({ length }, (_, cpu) => this.#cpus.get(cpu) ?? new Map<string, bigint>());
  }
}

/** The registers that a tag holds. Others have no use here. */
function registersIn(tag: Tag, index: number, source: ByteSource): [string, bigint][] {
  const { name, indices } = tag;
  const word = (): bigint => wordOf(tag, source);
  if (generalNames.includes(name) || name === 'rip') {
    return [[name, word()]];
  }
  switch (name) {
    case 'gpregs':
      return wordsIn(tag, source).flatMap((value, at) => named(generalNames[at], value));
    case 'eflags':
    case 'EFLAGS':
    case 'rflags':
      return [['rflags', word()]];
    case 'CR64':
      return indices.length > 1
        ? named(index < controlCount ? `cr${index}` : undefined, word())
        : wordsIn(tag, source)
            .slice(0, controlCount)
            .map((value, at) => [`cr${at}`, value]);
    case 'IDTR':
      return indices.length > 1 ? halfOfIdt(index, word() & mask32) : idtIn(tag, source);
    case 'S':
      return named(segmentNames[index], word());
    case 'S.base64':
      return segmentNames[index] === undefined ? [] : named(`${segmentNames[index]}_base`, word());
    default:
      return [];
  }
}

function named(name: string | undefined, value: bigint): [string, bigint][] {
  return name === undefined ? [] : [[name, value]];
}

/** The base in halves, 1 the lower; 0 is the limit. */
function halfOfIdt(index: number, half: bigint): [string, bigint][] {
  return index === 1
    ? [['idt_base', half]]
    : index === 2
      ? [['idt_base', half << 32n]]
      : named(index === 0 ? 'idt_limit' : undefined, half);
}

/** u16 limit, u64 base. */
function idtIn(tag: Tag, source: ByteSource): [string, bigint][] {
  const view = viewOf(tag, source);
  return view.bytes.length < 10
    ? []
    : [
        ['idt_limit', BigInt(view.uint16(0))],
        ['idt_base', view.uint64(2)],
      ];
}

function wordsIn(tag: Tag, source: ByteSource): bigint[] {
  const view = viewOf(tag, source);
  return Array.from({ length: Math.floor(view.bytes.length / 8) }, (_, at) => view.uint64(at * 8));
}

function viewOf({ fileOffset, sizeInBytes, name }: Tag, source: ByteSource): StructView {
  const inFile = Math.max(0, source.sizeInBytes - fileOffset);
  const length = Math.min(sizeInBytes, maxBlockInBytes, inFile);
  return new StructView(readExactly(source, fileOffset, length, name), 'little', name, fileOffset);
}

import { hex, type Kernel, type ModuleMemory, type VirtualAddress } from '@vmcorekit/core';
import { pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { foundInMemory } from '../without-types/found-struct.ts';

/** `enum mod_mem_type`. Source: Linux, include/linux/module.h (since 6.4, ac3b43283923). */
const kindsByNumber = [
  'text',
  'data',
  'rodata',
  'ro_after_init',
  'init.text',
  'init.data',
  'init.rodata',
] as const;

/** Each part has its own pages, whose rights differ; larger pages are multiples of these. */
const pageSizeInBytes = 0x1000n;
const kindsOfLayout = ['text', 'rodata', 'ro_after_init', 'data'] as const;
const layouts = [
  ['core_layout', ''],
  ['init_layout', 'init.'],
] as const;

const membersOfLayout = ['base', 'text_size', 'ro_size', 'ro_after_init_size', 'size'] as const;

/** What a module's structure says of its memory. */
export interface MemoryOfModule {
  /** As /proc/modules shows it. */
  readonly base: VirtualAddress;
  /** The sum that /proc/modules shows. */
  readonly sizeInBytes: number;
  /** Only what has a size. */
  readonly memory: readonly ModuleMemory[];
  /** What speaks against it, a sentence each. */
  readonly doubts: readonly string[];
}

/**
 * Reads the memory of modules: `mem[]` since Linux 6.4, `core_layout` and `init_layout` since 4.5.
 * A sentence where this kernel's `struct module` has neither. The reader throws where memory cannot
 * be read.
 */
export function memoryReaderOf(
  kernel: Pick<Kernel, 'memory' | 'types'>,
): ((module: VirtualAddress) => MemoryOfModule) | string {
  const type = kernel.types.struct('module');
  const mem = type?.member('mem');
  if (mem?.type?.kind === 'array' && mem.type.of?.kind === 'struct') {
    const count = Math.min(mem.type.count, kindsByNumber.length);
    const sizeInBytes = mem.type.of.struct.sizeInBytes ?? 0;
    const reader = structReader(kernel, 'module_memory', {
      base: pointer('base'),
      size: wide('size'),
    });
    return (module) => {
      const parts = kindsByNumber.slice(0, count).map((kind, index) => {
        const at = module + BigInt(mem.offsetInBytes + index * sizeInBytes);
        const { base, size } = reader.read(at);
        return { kind, base, sizeInBytes: Number(size) };
      });
      return {
        base: parts[0]?.base ?? 0n,
        sizeInBytes: parts.reduce((sum, part) => sum + part.sizeInBytes, 0),
        memory: parts.filter((part) => part.sizeInBytes > 0),
        doubts: parts
          .filter((part) => part.sizeInBytes > 0 && part.base % pageSizeInBytes !== 0n)
          .map(({ kind, base }) => `its ${kind} memory at ${hex(base)} begins on no page`),
      };
    };
  }
  const isKnown = (layout: string) =>
    membersOfLayout.every((member) => type?.member(`${layout}.${member}`) !== undefined);
  // Where no type says so, only the first is known, and only of modules that have no other.
  const known = layouts.filter(([layout]) => isKnown(layout));
  if (!isKnown('core_layout') || (type?.from !== foundInMemory && known.length < layouts.length)) {
    return "the memory of modules: 'struct module' has neither mem[] nor core_layout";
  }
  const readers = known.map(([layout, prefix]) => ({
    prefix,
    reader: structReader(kernel, 'module', {
      base: pointer(`${layout}.base`),
      text: wide(`${layout}.text_size`),
      rodata: wide(`${layout}.ro_size`),
      ro_after_init: wide(`${layout}.ro_after_init_size`),
      data: wide(`${layout}.size`),
    }),
  }));
  return (module) => {
    const parts = readers.map(({ prefix, reader }) => ({ prefix, ...reader.read(module) }));
    return {
      base: parts[0]?.base ?? 0n,
      sizeInBytes: parts.reduce((sum, { data }) => sum + Number(data), 0),
      memory: parts.flatMap(partsOfLayout),
      doubts: [],
    };
  };
}

/** A layout of Linux 6.3 and before: each kind of memory ends where the next begins. */
interface Layout {
  /** Before the names of its kinds. */
  readonly prefix: string;
  readonly base: VirtualAddress;
  readonly text: bigint;
  readonly rodata: bigint;
  readonly ro_after_init: bigint;
  readonly data: bigint;
}

function partsOfLayout({ prefix, base, ...ends }: Layout): ModuleMemory[] {
  const parts: ModuleMemory[] = [];
  let start = 0n;
  for (const kind of kindsOfLayout) {
    const end = ends[kind];
    if (end > start) {
      parts.push({
        kind: `${prefix}${kind}`,
        base: base + start,
        sizeInBytes: Number(end - start),
      });
      start = end;
    }
  }
  return parts;
}

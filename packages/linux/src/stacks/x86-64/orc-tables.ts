import type {
  Kernel,
  KernelCache,
  KernelMemory,
  SymbolTable,
  VirtualAddress,
} from '@vmcorekit/core';
import type { ModuleOrc } from './module-orc.ts';
import { type OrcEntry, type OrcLayout, orcEntrySizeInBytes } from './orc-entry.ts';
import { headerDoubt } from './orc-header.ts';
import { orcLayoutOf } from './orc-layout.ts';
import { type OrcMemory, type OrcPart, orcMemoryOf } from './orc-memory.ts';
import {
  maxOrcEntries,
  type OrcBlock,
  type OrcPlace,
  type OrcRule,
  OrcTable,
} from './orc-table.ts';

/** `LOOKUP_BLOCK_ORDER`. Source: Linux, arch/x86/include/asm/orc_lookup.h. */
const lookupBlockOrder = 8n;
/** Rules are asked for again and again: `schedule` is in nearly every stack. */
const maxCachedRules = 65_536;

interface TextRange {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
}

/** The unwind rules of a kernel and its modules. */
export interface OrcTables {
  /**
   * The rule for an instruction; undefined where no code of the kernel or a module holds it.
   * Throws `not-mapped` or `page-unreadable`.
   */
  ruleAt(address: VirtualAddress): OrcRule | undefined;
  /** What speaks against the layout of the tables, or a cache of them; none for nearly all. */
  readonly remarks: readonly string[];
  /** Every rule of the kernel and of some modules, as `OrcTable.blocks` has them. */
  blocks(modules: readonly ModuleOrc[]): Iterable<OrcBlock>;
  /** Whether an address is code of the kernel itself. */
  isOfKernel(address: VirtualAddress): boolean;
}

/** Finds a kernel's tables; a sentence where there are none, or their layout is not proved. */
export function orcTablesOf(
  kernel: Pick<Kernel, 'memory' | 'symbols' | 'types' | 'located'>,
  moduleAt: (address: VirtualAddress) => OrcPlace | undefined,
  cache?: KernelCache,
): OrcTables | string {
  const { memory, symbols } = kernel;
  const place = orcPlaceIn(symbols);
  if (typeof place === 'string') {
    return place;
  }
  const blocks = rangeOf(symbols, 'orc_lookup', 'orc_lookup_end');
  const own = orcMemoryOf(kernel, partsOf(place, blocks), cache);
  const layout = orcLayoutOf(own.memory, kernel.types, place);
  if (typeof layout === 'string') {
    return layout;
  }
  const text = rangeOf(symbols, '_stext', '_etext');
  const remarks = [headerDoubt(kernel, layout), own.refused];
  return text === undefined
    ? `the symbols (${symbols.from}) do not name _stext and _etext`
    : new KernelOrc(memory, own.memory, {
        text,
        bootText: rangeOf(symbols, '_sinittext', '_einittext'),
        place,
        blocks,
        layout,
        moduleAt,
        remarks: remarks.filter((remark) => typeof remark === 'string'),
      });
}

function orcPlaceIn(symbols: SymbolTable): OrcPlace | string {
  const addresses = rangeOf(symbols, '__start_orc_unwind_ip', '__stop_orc_unwind_ip');
  const entries = rangeOf(symbols, '__start_orc_unwind', '__stop_orc_unwind');
  if (addresses === undefined || entries === undefined) {
    return symbols.size === 0
      ? 'no symbols of the kernel are known, so its ORC table cannot be found'
      : `the symbols (${symbols.from}) do not name an ORC table`;
  }
  const count = Number(addresses.end - addresses.start) / 4;
  const isWhole =
    Number.isInteger(count) &&
    count <= maxOrcEntries &&
    Number(entries.end - entries.start) === count * orcEntrySizeInBytes;
  return isWhole
    ? { addresses: addresses.start, entries: entries.start, count }
    : 'the two parts of the ORC table have different lengths';
}

/** All of the table, and for each block of code the first of its rules. */
function partsOf(
  { addresses, entries, count }: OrcPlace,
  blocks: TextRange | undefined,
): readonly OrcPart[] {
  return [
    { start: addresses, sizeInBytes: 4 * count },
    { start: entries, sizeInBytes: orcEntrySizeInBytes * count },
    ...(blocks === undefined
      ? []
      : [{ start: blocks.start, sizeInBytes: Number(blocks.end - blocks.start) }]),
  ];
}

interface KernelOrcParts {
  readonly text: TextRange;
  readonly bootText: TextRange | undefined;
  readonly place: OrcPlace;
  /** `orc_lookup`: for each block of code, the first of its rules. */
  readonly blocks: TextRange | undefined;
  readonly layout: OrcLayout;
  readonly remarks: readonly string[];
  readonly moduleAt: (address: VirtualAddress) => OrcPlace | undefined;
}

class KernelOrc implements OrcTables {
  readonly remarks: readonly string[];
  readonly #memory: KernelMemory;
  /** Of the kernel's own tables. */
  readonly #own: OrcMemory;
  readonly #parts: KernelOrcParts;
  readonly #table: OrcTable;
  readonly #modules: Map<OrcPlace, OrcTable> = new Map();
  readonly #cached: Map<VirtualAddress, OrcRule | undefined> = new Map();

  constructor(memory: KernelMemory, own: OrcMemory, parts: KernelOrcParts) {
    this.#memory = memory;
    this.#own = own;
    this.#parts = parts;
    this.remarks = parts.remarks;
    this.#table = new OrcTable(own, parts.place, parts.layout);
  }

  ruleAt(address: VirtualAddress): OrcRule | undefined {
    if (this.#cached.has(address)) {
      return this.#cached.get(address);
    }
    const rule = this.#find(address);
    if (this.#cached.size < maxCachedRules) {
      this.#cached.set(address, rule);
    }
    return rule;
  }

  isOfKernel(address: VirtualAddress): boolean {
    return isIn(this.#parts.text, address) || isIn(this.#parts.bootText, address);
  }

  *blocks(modules: readonly ModuleOrc[]): Generator<OrcBlock, void, void> {
    const memo = new Map<number, OrcEntry>();
    yield* this.#table.blocks(memo);
    for (const module of modules) {
      yield* this.#tableOf(module).blocks(memo);
    }
  }

  #find(address: VirtualAddress): OrcRule | undefined {
    const { text, bootText, moduleAt } = this.#parts;
    if (isIn(text, address)) {
      return this.#table.find(address, ...this.#boundsOf(address));
    }
    if (isIn(bootText, address)) {
      return this.#table.find(address);
    }
    const module = moduleAt(address);
    return module === undefined ? undefined : this.#tableOf(module).find(address);
  }

  /** Which rules a block of code has. Without `orc_lookup`, the whole table is searched. */
  #boundsOf(address: VirtualAddress): readonly [from: number, to: number] {
    const { text, place, blocks } = this.#parts;
    const at = (blocks?.start ?? 0n) + 4n * ((address - text.start) >> lookupBlockOrder);
    if (blocks === undefined || at + 8n > blocks.end) {
      return [0, place.count];
    }
    const from = this.#own.readUint32(at);
    const to = this.#own.readUint32(at + 4n) + 1;
    return from < to && to <= place.count ? [from, to] : [0, place.count];
  }

  #tableOf(module: OrcPlace): OrcTable {
    const held = this.#modules.get(module);
    const table = held ?? new OrcTable(this.#memory, module, this.#parts.layout);
    this.#modules.set(module, table);
    return table;
  }
}

function rangeOf(symbols: SymbolTable, first: string, last: string): TextRange | undefined {
  const start = symbols.find(first)?.address;
  const end = symbols.find(last)?.address;
  return start === undefined || end === undefined || start >= end ? undefined : { start, end };
}

function isIn(range: TextRange | undefined, address: VirtualAddress): boolean {
  return range !== undefined && range.start <= address && address < range.end;
}

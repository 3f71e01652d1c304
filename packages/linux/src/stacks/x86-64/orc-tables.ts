import type { Kernel, KernelMemory, SymbolTable, VirtualAddress } from '@vmcorekit/core';
import { type OrcLayout, orcEntrySizeInBytes } from './orc-entry.ts';
import { headerDoubt } from './orc-header.ts';
import { orcLayoutOf } from './orc-layout.ts';
import { maxOrcEntries, type OrcPlace, type OrcRule, OrcTable } from './orc-table.ts';

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
  /** What speaks against the layout of the tables; null for nearly all kernels. */
  readonly doubt: string | null;
  /** Whether an address is code of the kernel itself. */
  isOfKernel(address: VirtualAddress): boolean;
}

/** Finds a kernel's tables; a sentence where there are none, or their layout is not proved. */
export function orcTablesOf(
  kernel: Pick<Kernel, 'memory' | 'symbols' | 'types'>,
  moduleAt: (address: VirtualAddress) => OrcPlace | undefined,
): OrcTables | string {
  const { memory, symbols } = kernel;
  const place = orcPlaceIn(symbols);
  if (typeof place === 'string') {
    return place;
  }
  const layout = orcLayoutOf(kernel, place);
  if (typeof layout === 'string') {
    return layout;
  }
  const text = rangeOf(symbols, '_stext', '_etext');
  return text === undefined
    ? `the symbols (${symbols.from}) do not name _stext and _etext`
    : new KernelOrc(memory, symbols, {
        text,
        place,
        layout,
        moduleAt,
        doubt: headerDoubt(kernel, layout),
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

interface KernelOrcParts {
  readonly text: TextRange;
  readonly place: OrcPlace;
  readonly layout: OrcLayout;
  readonly doubt: string | null;
  readonly moduleAt: (address: VirtualAddress) => OrcPlace | undefined;
}

class KernelOrc implements OrcTables {
  readonly doubt: string | null;
  readonly #memory: KernelMemory;
  readonly #parts: KernelOrcParts;
  readonly #table: OrcTable;
  /** `orc_lookup`: for each block of code, the first of its rules. */
  readonly #blocks: TextRange | undefined;
  readonly #bootText: TextRange | undefined;
  readonly #modules: Map<OrcPlace, OrcTable> = new Map();
  readonly #cached: Map<VirtualAddress, OrcRule | undefined> = new Map();

  constructor(memory: KernelMemory, symbols: SymbolTable, parts: KernelOrcParts) {
    this.#memory = memory;
    this.#parts = parts;
    this.doubt = parts.doubt;
    this.#table = new OrcTable(memory, parts.place, parts.layout);
    this.#blocks = rangeOf(symbols, 'orc_lookup', 'orc_lookup_end');
    this.#bootText = rangeOf(symbols, '_sinittext', '_einittext');
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
    return isIn(this.#parts.text, address) || isIn(this.#bootText, address);
  }

  #find(address: VirtualAddress): OrcRule | undefined {
    const { text, moduleAt } = this.#parts;
    if (isIn(text, address)) {
      return this.#table.find(address, ...this.#boundsOf(address));
    }
    if (isIn(this.#bootText, address)) {
      return this.#table.find(address);
    }
    const module = moduleAt(address);
    return module === undefined ? undefined : this.#tableOf(module).find(address);
  }

  /** Which rules a block of code has. Without `orc_lookup`, the whole table is searched. */
  #boundsOf(address: VirtualAddress): readonly [from: number, to: number] {
    const { text, place } = this.#parts;
    const at = (this.#blocks?.start ?? 0n) + 4n * ((address - text.start) >> lookupBlockOrder);
    if (this.#blocks === undefined || at + 8n > this.#blocks.end) {
      return [0, place.count];
    }
    const from = this.#memory.readUint32(at);
    const to = this.#memory.readUint32(at + 4n) + 1;
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

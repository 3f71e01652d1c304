import type { AddressTable } from './addresses.ts';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { SortedNames } from './sorted-names.ts';
import type { TokenTable } from './token-table.ts';

/** The parts of kallsyms, found and checked, in one window of memory. */
export interface KallsymsParts {
  readonly window: ReadOnlyWindow;
  readonly tokens: TokenTable;
  readonly names: NameTable;
  readonly addresses: AddressTable;
  /** How a name is looked up: by the kernel's own order of names, else by the hash of each name. */
  readonly order: SortedNames | Uint32Array;
}

/** A table of which the kernel's own order of names is known, if it has one; hashes are not. */
export interface PlacedParts extends Omit<KallsymsParts, 'order'> {
  readonly order: SortedNames | Uint32Array | undefined;
}

import type { ByteSource } from './byte-source.ts';
import type { KernelImageView } from './kernel.ts';
import type { FileClaim, FileHead } from './opening.ts';
import type { SymbolTable } from './symbols.ts';

/** Reads symbols from a file that the user gives with a dump. */
export interface SymbolFile {
  readonly name: string;
  readonly summary: string;
  /** Why a file is this kind of symbol file, or undefined. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Reads the file and takes over the source. Throws `truncated`, `malformed`, or `unsupported` (a
   * stripped vmlinux).
   */
  open(source: ByteSource): SymbolTable;
}

/** Finds symbols in a kernel's own memory. */
export interface SymbolCarver {
  readonly name: string;
  readonly summary: string;
  /**
   * Yields while it works, so the caller can stop it. Returns undefined where it finds no symbols.
   */
  carve(image: KernelImageView): Generator<void, SymbolTable | undefined, void>;
}

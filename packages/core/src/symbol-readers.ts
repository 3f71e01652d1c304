import type { ByteSource } from './byte-source.ts';
import type { CompressorRegistry } from './compressor.ts';
import type { KernelImageView } from './kernel.ts';
import type { KernelCache } from './kernel-cache.ts';
import type { FileClaim, FileHead } from './opening.ts';
import type { SymbolTable } from './symbols.ts';

/** What a symbol file may use while it opens. Each member works on its own, without `this`. */
export interface SymbolFileContext {
  readonly compressors: CompressorRegistry;
  /**
   * The only content of a compressed part of the file. It owns the part from then on; the caller
   * disposes the part where this fails. Throws `unknown-format` where no container claims the part,
   * and what the container throws.
   */
  readonly unpack: (part: ByteSource) => Promise<ByteSource>;
}

/** Reads symbols, types or both from a file that the user gives with a dump. */
export interface SymbolFile {
  readonly name: string;
  readonly summary: string;
  /** Why a file is this kind of symbol file, or undefined. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Reads the file and takes over the source, even where it throws. Throws `truncated`,
   * `malformed`, or `unsupported` (a stripped vmlinux without BTF).
   */
  open(source: ByteSource, context: SymbolFileContext): SymbolTable | Promise<SymbolTable>;
}

/** Finds symbols in a kernel's own memory. */
export interface SymbolCarver {
  readonly name: string;
  readonly summary: string;
  /**
   * Yields while it works, so the caller can stop it. Returns undefined where it finds no symbols.
   * `cache` may hold those of this build: a carver compares what it takes with the dump.
   */
  carve(
    image: KernelImageView,
    cache?: KernelCache,
  ): Generator<void, SymbolTable | undefined, void>;
}

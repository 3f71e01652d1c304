import type { ByteOrder, Registers, VirtualAddress } from '@vmcorekit/core';
import type { GdbMachine } from './gdb-machine.ts';

/** A CPU or a task, which gdb shows as a thread. */
export interface GdbThread {
  /** Above 0, and the same for as long as the target lives. */
  readonly id: number;
  /** A short name: `CPU 0`, `systemd`. Safe to print. */
  readonly name: string;
  /** What it is, in a few words: `pid 1, S`. Safe to print. */
  readonly details: string;
  /** The number of the CPU that it runs on; null where it runs on none, or this is not known. */
  readonly cpu: number | null;
}

/** A file that gdb may read symbols from. */
export interface GdbExecFile {
  /** Absolute, and of no file on this machine. */
  readonly name: string;
  /** Its bytes, made when first asked for. */
  bytes(): Uint8Array;
  /**
   * Makes the bytes in short steps, one for each item; none once they are made. Left out where they
   * are made at once.
   */
  steps?(): Iterable<unknown>;
}

/** What a session serves to gdb. Nothing of it can be changed. */
export interface GdbTarget {
  readonly machine: GdbMachine;
  readonly byteOrder: ByteOrder;
  /** Where the first segment of the kernel's own ELF file lies now; null where not proved. */
  readonly textSegment: VirtualAddress | null;
  /** The CPUs first, so that gdb chooses one of them. */
  threads(): readonly GdbThread[];
  /** By this library's names; null where nothing is known of them. Never throws for lost memory. */
  registersOf(thread: GdbThread): Registers | null;
  /** The bytes from an address on, up to the first that cannot be read; empty where none can. */
  read(address: VirtualAddress, lengthInBytes: number): Uint8Array;
  /** What a command answers, in pieces. Ends early when the signal says so. */
  readonly monitor?: ((line: string, signal: Interruption) => AsyncIterable<string>) | undefined;
  /** Left out where there is no such file. */
  readonly execFile?: GdbExecFile;
}

/** The part of an `AbortSignal` that a long answer needs. */
export interface Interruption {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

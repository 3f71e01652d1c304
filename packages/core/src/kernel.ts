import type { AddressSpace } from './address-space.ts';
import type { MappedRun, TranslationRoot } from './architecture.ts';
import type { Dump } from './dump.ts';
import type { KernelModule } from './kernel-module.ts';
import type { KernelObject } from './kernel-object.ts';
import type { Cpu } from './registers.ts';
import type { ByteOrder, VirtualAddress } from './spaces.ts';
import type { StackReader } from './stack-reader.ts';
import type { SymbolTable } from './symbols.ts';
import type { Task } from './task.ts';
import type { StructType, TypeTable } from './types.ts';
import type { LocatedKernel } from './verdict.ts';
import type { VmcoreInfo } from './vmcoreinfo.ts';

/**
 * A kernel's virtual memory. Byte order and word size are the kernel's, which may differ from the
 * file's. Reads throw `not-mapped` or `page-unreadable`; `tryRead` and `tryReadInto` do not.
 */
export interface KernelMemory extends AddressSpace {
  readonly root: TranslationRoot;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readUint8(address: VirtualAddress): number;
  readUint16(address: VirtualAddress): number;
  readInt8(address: VirtualAddress): number;
  readInt16(address: VirtualAddress): number;
  readInt32(address: VirtualAddress): number;
  readInt64(address: VirtualAddress): bigint;
  /** A pointer or an `unsigned long`: as wide as the kernel's word. */
  readPointer(address: VirtualAddress): VirtualAddress;
  /** UTF-8 text up to a NUL or `limitInBytes` (default 4096). Invalid UTF-8 becomes U+FFFD. */
  readText(address: VirtualAddress, limitInBytes?: number): string;
  /** The bytes; undefined where some cannot be read, or the length exceeds what one read allows. */
  tryRead(address: VirtualAddress, lengthInBytes: number): Uint8Array | undefined;
  /** A structure in memory. Each member is read when asked for. */
  struct(type: StructType, address: VirtualAddress): KernelStruct;
}

/**
 * A structure at an address. Each read throws as `KernelMemory` does. It throws `unknown-name` for
 * an unknown member, and `usage` where a bit-field is read as whole bytes or the other way round.
 */
export interface KernelStruct {
  readonly type: StructType;
  readonly address: VirtualAddress;
  /** Where a member lies. */
  addressOf(member: string): VirtualAddress;
  uint8(member: string): number;
  uint16(member: string): number;
  uint32(member: string): number;
  uint64(member: string): bigint;
  int32(member: string): number;
  int64(member: string): bigint;
  pointer(member: string): VirtualAddress;
  /** The value of a bit-field, unsigned. */
  bits(member: string): bigint;
  /** UTF-8 text up to a NUL, the member's own size where known, or `limitInBytes`. */
  text(member: string, limitInBytes?: number): string;
}

/** An image seen through one root: all that carving symbols needs. */
export interface KernelImageView {
  readonly dump: Dump;
  readonly root: TranslationRoot;
  /** The mapped runs of the image, ascending. */
  readonly runs: readonly MappedRun[];
  readonly memory: KernelMemory;
}

/** A kernel seen through one root, located or only a candidate. */
export interface KernelView extends KernelImageView {
  /** At run-time addresses; `noSymbols` where there are none, never null. */
  readonly symbols: SymbolTable;
}

/** A CPU under the number its kernel gives it. */
export interface KernelCpu extends Cpu {
  /** Linux's number of the CPU; null where nothing proves it. */
  readonly number: number | null;
}

/** The kernel that a verdict opens: everything that reads a kernel takes this one object. */
export interface Kernel extends KernelView {
  readonly located: LocatedKernel;
  /**
   * Types from VMCOREINFO's OFFSET() and SIZE() lines. All others come from BTF, in the kernel's
   * memory or in a file given to the search, and then from such a file's ISF or DWARF. A source is
   * read when those before it lack a name, never earlier.
   */
  readonly types: TypeTable;
  /**
   * The kernel's own VMCOREINFO, by its pointer; else the file's where it belongs to this kernel.
   * Empty where there is none.
   */
  readonly vmcoreinfo: VmcoreInfo;
  readonly cpus: readonly KernelCpu[];
  /**
   * The modules that the kernel lists, in its order: the newest first. After them those that only
   * other views show; `seenBy` does not name `modules` then. Throws `unsupported` where the
   * kernel's symbols or types lack what this needs. Read when first asked for.
   */
  modules(): Iterable<KernelModule>;
  /** The first unwinder that can read this kernel's stacks. Chosen when first asked for. */
  readonly stacks: StackReader;
  /**
   * The tasks, by pid, the idle tasks first. Read when first asked for, and confirmed by the places
   * that `Task.seenBy` names. Throws `unsupported` where symbols or types do not lead to them.
   */
  tasks(): Iterable<Task>;
  /**
   * A variable by its symbol's name, with the type that the kernel's types or this library's table
   * of variables give it. A per-CPU variable needs the number of a CPU. Throws `unknown-name` for
   * an unknown symbol, and `usage` where no type is known, or the CPU is missing.
   */
  variable(name: string, cpu?: number): KernelObject;
  /**
   * An object of a type at an address: `object('struct page', address)`. Throws `unknown-name` for
   * an unknown type.
   */
  object(type: string, address: VirtualAddress): KernelObject;
  /** Virtual memory through another root of the same machine: a task's, a CPU's. */
  memoryThrough(root: TranslationRoot): KernelMemory;
}

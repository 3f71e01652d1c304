import type { VirtualAddress } from './spaces.ts';
import type { BitField, DeclaredType } from './types.ts';

/**
 * Something of a known type in a kernel's memory: a variable, a structure, a member, an element.
 * Nothing is read before a value is asked for.
 *
 *     const task = kernel.variable('init_task');
 *     task.at('comm').text();               // 'swapper/0'
 *     task.at('tasks.next').pointer();      // 0xffff888003a4cb58n
 *     task.at('active_mm->pgd').address;    // through a pointer
 *     for (const cpu of kernel.variable('avenrun')) cpu.number();
 *
 * Reads throw `not-mapped` or `page-unreadable`, which name the page and the object. Asking for
 * what the type does not have throws `usage`. An unknown member throws `unknown-name` with names
 * like it.
 */
export interface KernelObject extends Iterable<KernelObject> {
  /** What it is, as C writes it: `init_task.tasks.next`. Safe to print. */
  readonly name: string;
  /** Of a bit-field, the byte of its first bit. */
  readonly address: VirtualAddress;
  readonly type: DeclaredType;
  /** Null where the source of the type does not say. */
  readonly sizeInBytes: number | null;
  /** Null for anything but a bit-field. */
  readonly bitField: BitField | null;
  /**
   * A member, an element, or what a pointer leads to: `tasks.next`, `[3]`, `mm->pgd`,
   * `cpus[2].name`. A dot needs a structure, an arrow a pointer to one.
   */
  at(path: string): KernelObject;
  /**
   * The direct members of a structure by name, in order; nameless structures within have an empty
   * name. None where the source of the type does not list them.
   */
  members(): readonly (readonly [name: string, member: KernelObject])[];
  /** What a pointer leads to. Throws `not-mapped` for a null pointer, and `usage` for `void *`. */
  dereference(): KernelObject;
  /** An integer, an enumeration, a pointer or a bit-field, with its sign. */
  bigint(): bigint;
  /** As `bigint`. Throws `usage` beyond 2^53. */
  number(): number;
  /** As `bigint`, unsigned: the bits that the value has in memory. */
  bits(): bigint;
  /** The address that a pointer holds. */
  pointer(): VirtualAddress;
  /**
   * UTF-8 text up to a NUL, of an array of characters or through a pointer to some. At most the
   * array's size, or `limitInBytes` (default 4096).
   */
  text(limitInBytes?: number): string;
  /** The name of an enumeration's value; null where its type has none for it. */
  enumName(): string | null;
  /** The bytes as they lie in memory. */
  bytes(): Uint8Array;
  /** The same place as another type: `cast('struct page')`. */
  cast(type: string): KernelObject;
  /** The structure that has this object as a member, which may be a path. */
  containerOf(type: string, member: string): KernelObject;
  /**
   * Structures as objects, and arrays as lists. Numbers beyond 2^53 are decimal text, pointers are
   * hexadecimal text. Arrays of characters are text. What cannot be read is null. Throws `usage`
   * where these are more than 65,536 values.
   */
  toJSON(): unknown;
}

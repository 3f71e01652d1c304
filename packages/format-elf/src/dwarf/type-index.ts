import { fnv1aOf, fnv1aStart, fnv1aWith, VmcorekitError } from '@vmcorekit/core';
import type { DebugInfo } from './debug-info.ts';
import { type TopLevelEntry, visitTopLevel } from './top-level.ts';

/** Linux has some 600,000 different ones in 3,000 units. */
const maxEntries = 1 << 24;
/** .debug_info's offsets are kept in 32 bits. */
const infoLimitInBytes = 2 ** 32;
/** In a name's number: it stands in an entry, not in .debug_str. */
const inEntry = 0x8000_0000;
const initialCapacity = 1 << 14;

/** An entry of the index. */
export interface IndexedEntry {
  /** In .debug_info. */
  readonly offset: number;
  readonly tag: number;
  readonly isDeclaration: boolean;
}

/**
 * Where each type and variable of a name is defined: one pass over the tops of all units, into
 * typed arrays. The same definition in several units, out of one header file, counts once.
 */
export class TypeIndex {
  readonly #info: DebugInfo;
  readonly #inEntries: string[] = [];
  readonly #numberOfText: Map<string, number> = new Map();
  #count: number = 0;
  #names: Uint32Array = new Uint32Array(initialCapacity);
  #offsets: Uint32Array = new Uint32Array(initialCapacity);
  #tags: Uint8Array = new Uint8Array(initialCapacity);
  #declarations: Uint8Array = new Uint8Array(initialCapacity);
  #fingerprints: Uint32Array = new Uint32Array(initialCapacity);
  /** Open addressing by name, tag and fingerprint: an index, or -1. Twice the capacity. */
  #slots: Int32Array = new Int32Array(2 * initialCapacity).fill(-1);
  /** By the hash of the name's text: the first entry of a chain, and the next of each. */
  #first: Int32Array = new Int32Array(0);
  #next: Int32Array = new Int32Array(0);

  /** Throws `truncated`, `malformed`, or `unsupported` where there is too much to index. */
  constructor(info: DebugInfo) {
    this.#info = info;
    for (const header of info.headers) {
      if (header.end > infoLimitInBytes) {
        throw tooLarge(`more than ${infoLimitInBytes} bytes of types`);
      }
      if (header.isRead) {
        visitTopLevel(info, header, (entry) => this.#add(entry));
        info.checkWork();
      }
    }
    this.#chain();
  }

  /** How many different entries. */
  get count(): number {
    return this.#count;
  }

  /** All entries of a name. */
  find(name: string): IndexedEntry[] {
    const found: IndexedEntry[] = [];
    const slot = fnv1aOf(name) & (this.#first.length - 1);
    for (let index = this.#first[slot] ?? -1; index >= 0; index = this.#next[index] ?? -1) {
      if (this.#isNamed(index, name)) {
        found.push({
          offset: this.#offsets[index] ?? 0,
          tag: this.#tags[index] ?? 0,
          isDeclaration: this.#declarations[index] === 1,
        });
      }
    }
    return found;
  }

  #add(entry: TopLevelEntry): void {
    const name = this.#numberOf(entry);
    const mask = this.#slots.length - 1;
    let slot = slotOf(name, entry.tag, entry.fingerprint, mask);
    for (let index = this.#slots[slot] ?? -1; index >= 0; index = this.#slots[slot] ?? -1) {
      if (
        this.#names[index] === name &&
        this.#fingerprints[index] === entry.fingerprint &&
        this.#tags[index] === entry.tag &&
        (this.#declarations[index] === 1) === entry.isDeclaration
      ) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.#count++;
    this.#slots[slot] = index;
    this.#names[index] = name;
    this.#offsets[index] = entry.offset;
    this.#tags[index] = entry.tag;
    this.#declarations[index] = entry.isDeclaration ? 1 : 0;
    this.#fingerprints[index] = entry.fingerprint;
    if (this.#count === this.#names.length) {
      this.#grow();
    }
  }

  #numberOf({ nameAt, text }: TopLevelEntry): number {
    if (nameAt >= 0) {
      return nameAt;
    }
    let number = this.#numberOfText.get(text);
    if (number === undefined) {
      number = (inEntry | this.#inEntries.length) >>> 0;
      this.#inEntries.push(text);
      this.#numberOfText.set(text, number);
    }
    return number;
  }

  #grow(): void {
    const capacity = 2 * this.#names.length;
    if (capacity > maxEntries) {
      throw tooLarge(`more than ${maxEntries} types`);
    }
    this.#names = grown(this.#names, new Uint32Array(capacity));
    this.#offsets = grown(this.#offsets, new Uint32Array(capacity));
    this.#tags = grown(this.#tags, new Uint8Array(capacity));
    this.#declarations = grown(this.#declarations, new Uint8Array(capacity));
    this.#fingerprints = grown(this.#fingerprints, new Uint32Array(capacity));
    this.#slots = new Int32Array(2 * capacity).fill(-1);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = slotOf(
        this.#names[index] ?? 0,
        this.#tags[index] ?? 0,
        this.#fingerprints[index] ?? 0,
        mask,
      );
      while ((this.#slots[slot] ?? -1) >= 0) {
        slot = (slot + 1) & mask;
      }
      this.#slots[slot] = index;
    }
  }

  /** Lets go of what only adding needs. */
  #chain(): void {
    this.#slots = new Int32Array(0);
    this.#fingerprints = new Uint32Array(0);
    this.#first = new Int32Array(2 ** Math.ceil(Math.log2(this.#count + 2))).fill(-1);
    this.#next = new Int32Array(this.#count);
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#hashOf(index) & (this.#first.length - 1);
      this.#next[index] = this.#first[slot] ?? -1;
      this.#first[slot] = index;
    }
  }

  #hashOf(index: number): number {
    const name = this.#names[index] ?? 0;
    if (name >= inEntry) {
      return fnv1aOf(this.#inEntries[name - inEntry] ?? '');
    }
    const { bytes } = this.#info.strings;
    let hash = fnv1aStart;
    for (let at = name; at < bytes.length && bytes[at] !== 0; at++) {
      hash = fnv1aWith(hash, bytes[at] ?? 0);
    }
    return hash;
  }

  #isNamed(index: number, wanted: string): boolean {
    const name = this.#names[index] ?? 0;
    if (name >= inEntry) {
      return this.#inEntries[name - inEntry] === wanted;
    }
    const { bytes } = this.#info.strings;
    for (let at = 0; at < wanted.length; at++) {
      if (bytes[name + at] !== wanted.charCodeAt(at)) {
        return false;
      }
    }
    return (bytes[name + wanted.length] ?? 0) === 0;
  }
}

function grown<Column extends Uint32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

function slotOf(name: number, tag: number, fingerprint: number, mask: number): number {
  return (Math.imul(name ^ Math.imul(tag, 0x9e3779b1), 0x85ebca6b) ^ fingerprint) & mask;
}

function tooLarge(what: string): VmcorekitError {
  return new VmcorekitError('unsupported', {
    what: `the debug information has ${what}`,
    advice: 'no kernel is that large: it is not a vmlinux',
  });
}

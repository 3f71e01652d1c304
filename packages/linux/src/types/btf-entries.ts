import type { Kernel } from '@vmcorekit/core';
import { isUnreadable, isVmcorekitError } from '@vmcorekit/core';
import { tryUndamaged } from './btf-damage.ts';
import { parametersOf } from './btf-declaration.ts';
import { enumeratorsOf } from './btf-enumerators.ts';
import { btfRecordsOf } from './btf-in-memory.ts';
import { btfKind } from './btf-kinds.ts';
import type { BtfRecord, BtfRecords } from './btf-records.ts';
import { maxListedMembers, membersOf } from './btf-struct.ts';
import { maxSizeInBytes, sizeOf } from './btf-values.ts';
import { endlessTypes } from './sound-references.ts';
import type { MemberEntry, TypeEntries, TypeEntry } from './type-entry.ts';

/** Tags of types before a type: Linux has one or two. */
const maxTags = 8;
const signed = 1;
const boolean = 4;

/** The types that a kernel keeps about itself, one by one; a sentence where it has none. */
export function typeEntriesOf(kernel: Kernel): BtfEntries | string {
  try {
    return new BtfEntries(btfRecordsOf(kernel), kernel.memory.wordSizeInBits / 8);
  } catch (error) {
    const isOfSource =
      isUnreadable(error) ||
      (['truncated', 'malformed', 'unsupported', 'bad-data'] as const).some((code) =>
        isVmcorekitError(error, code),
      );
    if (!isOfSource) {
      throw error;
    }
    return (error as Error).message;
  }
}

/** The entries of a BTF. A record that is lost or impossible is unknown. */
export class BtfEntries implements TypeEntries {
  readonly count: number;
  readonly records: BtfRecords;
  readonly #wordSizeInBytes: number;
  readonly #names: Map<number, string> = new Map();
  /** By id. */
  readonly #decoded: (TypeEntry | 'unknown')[] = [];
  readonly #endless: ReadonlySet<number>;

  constructor(records: BtfRecords, wordSizeInBytes: number) {
    this.records = records;
    this.count = records.count;
    this.#wordSizeInBytes = wordSizeInBytes;
    this.#endless = new Set();
    this.#endless = endlessTypes(records.count, (id) => this.entry(id));
  }

  entry(id: number): TypeEntry | undefined {
    if (this.#endless.has(id) || id <= 0 || id >= this.count) {
      return undefined;
    }
    let entry = this.#decoded[id];
    if (entry === undefined) {
      entry = this.#decode(id) ?? 'unknown';
      this.#decoded[id] = entry;
    }
    return entry === 'unknown' ? undefined : entry;
  }

  #decode(id: number): TypeEntry | undefined {
    return tryUndamaged(() => {
      const record = this.records.record(id);
      return record === undefined ? undefined : this.#entryOf(record);
    });
  }

  #entryOf(record: BtfRecord): TypeEntry | undefined {
    const { kind, sizeOrType } = record;
    const name = this.#name(record.nameOffset);
    switch (kind) {
      case btfKind.INT: {
        const encoding = record.word(0) >>> 24;
        return {
          kind: 'integer',
          name,
          sizeInBytes: sizeOrType,
          isSigned: (encoding & signed) !== 0,
          isBoolean: (encoding & boolean) !== 0,
        };
      }
      case btfKind.FLOAT:
        return { kind: 'float', name, sizeInBytes: sizeOrType };
      case btfKind.PTR:
        return { kind: 'pointer', of: this.#type(sizeOrType) };
      case btfKind.CONST:
        return { kind: 'const', of: this.#type(sizeOrType) };
      case btfKind.VOLATILE:
        return { kind: 'volatile', of: this.#type(sizeOrType) };
      case btfKind.RESTRICT:
        return { kind: 'restrict', of: this.#type(sizeOrType) };
      case btfKind.TYPEDEF:
        return { kind: 'typedef', name, of: this.#type(sizeOrType) };
      case btfKind.ARRAY:
        return { kind: 'array', of: this.#type(record.word(0)), count: record.word(2) };
      case btfKind.FWD:
        return { kind: 'forward', name, isUnion: record.isFlagged };
      case btfKind.STRUCT:
      case btfKind.UNION:
        return this.#structure(record, name);
      case btfKind.ENUM:
      case btfKind.ENUM64: {
        const values = enumeratorsOf(this.records, record.id);
        return values === undefined
          ? undefined
          : { kind: 'enumeration', name, sizeInBytes: sizeOrType, values };
      }
      case btfKind.FUNC_PROTO:
        return this.#prototype(record);
      case btfKind.FUNC:
        return { kind: 'function', name, of: this.#type(sizeOrType) };
      case btfKind.VAR:
        return { kind: 'variable', name, of: this.#type(sizeOrType) };
      default:
        return undefined;
    }
  }

  #structure(record: BtfRecord, name: string): TypeEntry {
    const isUnion = record.kind === btfKind.UNION;
    const { sizeOrType: sizeInBytes } = record;
    if (sizeInBytes > maxSizeInBytes || record.vlen > maxListedMembers) {
      return { kind: 'forward', name, isUnion };
    }
    const members: MemberEntry[] = [];
    for (const { nameOffset, typeId, offsetInBits, sizeInBits } of membersOf(
      this.records,
      record,
      0,
    )) {
      const size =
        sizeOf(this.records, typeId, { wordSizeInBytes: this.#wordSizeInBytes }) ?? maxSizeInBytes;
      const bits = sizeInBits === 0 ? 8 * size : sizeInBits;
      if (offsetInBits + bits <= 8 * sizeInBytes && sizeInBits <= 8 * size) {
        const of = this.#type(typeId);
        members.push({ name: this.#name(nameOffset), of, offsetInBits, sizeInBits });
      }
    }
    return { kind: isUnion ? 'union' : 'struct', name, sizeInBytes, members };
  }

  #prototype(record: BtfRecord): TypeEntry {
    const all = parametersOf(record);
    const isVariadic = all.at(-1)?.typeId === 0;
    return {
      kind: 'prototype',
      of: this.#type(record.sizeOrType),
      parameters: (isVariadic ? all.slice(0, -1) : all).map(({ nameOffset, typeId }) => ({
        name: this.#name(nameOffset),
        of: this.#type(typeId),
      })),
      isVariadic,
    };
  }

  /** Without the tags of types, which mean nothing to C. */
  #type(id: number): number {
    let record = this.records.record(id);
    for (let step = 0; record?.kind === btfKind.TYPE_TAG; step++) {
      record = step < maxTags ? this.records.record(record.sizeOrType) : undefined;
    }
    return record?.id ?? 0;
  }

  #name(offset: number): string {
    let name = this.#names.get(offset);
    if (name === undefined) {
      name = this.records.name(offset);
      this.#names.set(offset, name);
    }
    return name;
  }
}

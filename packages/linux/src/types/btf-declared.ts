import type { DeclaredType, FunctionPrototype, ValueType } from '@vmcorekit/core';
import { declaration, joined, parametersOf, unknownType } from './btf-declaration.ts';
import type { BtfRecord, BtfRecords } from './btf-records.ts';
import { type BtfFile, sizeOf, valueType } from './btf-values.ts';

/** A type as C writes it, with what its structures and pointers lead to. */
export function declaredType(records: BtfRecords, id: number, file: BtfFile): DeclaredType {
  return new BtfDeclared(records, id, file);
}

class BtfDeclared implements DeclaredType {
  readonly #records: BtfRecords;
  readonly #id: number;
  readonly #file: BtfFile;

  constructor(records: BtfRecords, id: number, file: BtfFile) {
    this.#records = records;
    this.#id = id;
    this.#file = file;
  }

  get text(): string {
    return this.declare('');
  }

  get sizeInBytes(): number | null {
    return this.#file.attempt(() => sizeOf(this.#records, this.#id, this.#file)) ?? null;
  }

  get type(): ValueType | null {
    return this.#file.attempt(() => valueType(this.#records, this.#id, this.#file)) ?? null;
  }

  declare(name: string): string {
    return (
      this.#file.attempt(() => declaration(this.#records, this.#id, name)) ??
      joined(unknownType, name)
    );
  }
}

/** What a FUNC_PROTO record takes and returns. */
export function prototypeOf(
  records: BtfRecords,
  record: BtfRecord,
  file: BtfFile,
): FunctionPrototype {
  const all = parametersOf(record);
  const isVariadic = all.at(-1)?.typeId === 0;
  return {
    returns: declaredType(records, record.sizeOrType, file),
    parameters: (isVariadic ? all.slice(0, -1) : all).map(({ nameOffset, typeId }) => ({
      name: records.name(nameOffset),
      type: declaredType(records, typeId, file),
    })),
    isVariadic,
  };
}

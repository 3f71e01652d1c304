import {
  type DeclaredType,
  type FunctionType,
  isUnreadable,
  isVmcorekitError,
  type StructType,
  type TypeSource,
  type TypeTable,
  type VariableType,
} from '@vmcorekit/core';
import { namedType } from './named-type.ts';

export interface TypesInOrderOptions {
  /** Answers where no source can be opened. */
  readonly standIn?: TypeTable | undefined;
  /** By default 64. */
  readonly wordSizeInBits?: 32 | 64;
}

/**
 * Several sources of types, the best first. Each is opened when the earlier ones lack a name. What
 * was found by other means stands in only where none of them can be opened, so that it never hides
 * that a kernel's own types lack something.
 */
export class TypesInOrder implements TypeTable {
  readonly #unread: string[] = [];
  readonly #sources: readonly TypeSource[];
  /** As opened so far; undefined for one that cannot be read. */
  readonly #tables: (TypeTable | undefined)[] = [];
  readonly #standIn: TypeTable | undefined;
  readonly #wordSizeInBits: 32 | 64;

  constructor(
    sources: readonly TypeSource[],
    { standIn, wordSizeInBits = 64 }: TypesInOrderOptions = {},
  ) {
    this.#sources = sources;
    this.#standIn = standIn;
    this.#wordSizeInBits = wordSizeInBits;
  }

  /** A sentence for each source that cannot be read, and the remarks of those that can. */
  get remarks(): readonly string[] {
    const tables = [...this.#tables, this.#standIn];
    return [...this.#unread, ...tables.flatMap((table) => table?.remarks ?? [])];
  }

  get isPartial(): boolean {
    return this.#tables.some((table) => table?.isPartial === true);
  }

  /** The names of the sources that were needed so far. */
  get opened(): string[] {
    return this.#tables.flatMap((table) => (table === undefined ? [] : [table.from]));
  }

  get from(): string {
    return this.opened.join(' and ');
  }

  struct(name: string): StructType | undefined {
    return this.#first(name, (table) => table.struct(name));
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    return this.#first(name, (table) => table.enumeration(name));
  }

  type(name: string): DeclaredType | undefined {
    return this.#first(name, (table) =>
      table.type === undefined && table !== this.#standIn
        ? namedType(table, name, this.#wordSizeInBits)
        : table.type?.(name),
    );
  }

  /** Those of the first source that lists them. */
  tags(): Iterable<string> {
    const names = this.#first('', (table) => {
      const listed = [...(table.tags?.() ?? [])];
      return listed.length === 0 ? undefined : listed;
    });
    return names ?? [];
  }

  functionType(name: string): FunctionType | undefined {
    return this.#first(name, (table) => table.functionType?.(name));
  }

  variableType(name: string): VariableType | undefined {
    return this.#first(name, (table) => table.variableType?.(name));
  }

  #first<Found>(name: string, lookUp: (table: TypeTable) => Found | undefined): Found | undefined {
    for (const [index, source] of this.#sources.entries()) {
      if (index === this.#tables.length) {
        this.#tables.push(this.#open(source));
      }
      const table = this.#tables[index];
      const found = table === undefined ? undefined : lookUp(table);
      if (found !== undefined || table?.hasSeveral?.(name) === true) {
        return found;
      }
    }
    return this.#standIn === undefined || this.opened.length > 0
      ? undefined
      : lookUp(this.#standIn);
  }

  #open(source: TypeSource): TypeTable | undefined {
    try {
      return source.open();
    } catch (error) {
      if (!isOfSource(error)) {
        throw error;
      }
      this.#unread.push(`${source.name} cannot be read: ${error.message}`);
      return undefined;
    }
  }
}

/**
 * Whether the source itself is unusable. Other failures, such as an error of the dump's file, are
 * passed to the caller.
 */
function isOfSource(error: unknown): error is Error {
  const isBad =
    isVmcorekitError(error, 'truncated') ||
    isVmcorekitError(error, 'malformed') ||
    isVmcorekitError(error, 'unsupported') ||
    isVmcorekitError(error, 'bad-data');
  return isBad || isUnreadable(error);
}

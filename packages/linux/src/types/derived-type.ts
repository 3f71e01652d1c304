import type { DeclaredType, ValueType } from '@vmcorekit/core';
import { joined } from './btf-declaration.ts';
import type { Derivation } from './c-type-name.ts';

/** Pointers to a type and arrays of it, which the kernel itself need not have. */
export function derivedType(
  base: DeclaredType,
  qualifiers: string,
  derivations: readonly Derivation[],
  wordSizeInBytes: number,
): DeclaredType {
  return derivations.length === 0 && qualifiers === ''
    ? base
    : new DerivedType(base, qualifiers, derivations, wordSizeInBytes);
}

class DerivedType implements DeclaredType {
  readonly #base: DeclaredType;
  readonly #qualifiers: string;
  readonly #derivations: readonly Derivation[];
  readonly #wordSizeInBytes: number;

  constructor(
    base: DeclaredType,
    qualifiers: string,
    derivations: readonly Derivation[],
    wordSizeInBytes: number,
  ) {
    this.#base = base;
    this.#qualifiers = qualifiers;
    this.#derivations = derivations;
    this.#wordSizeInBytes = wordSizeInBytes;
  }

  get text(): string {
    return this.declare('');
  }

  get sizeInBytes(): number | null {
    return this.#derivations.reduce<number | null>(
      (size, each) =>
        each.kind === 'pointer' ? this.#wordSizeInBytes : size === null ? null : size * each.count,
      this.#base.sizeInBytes,
    );
  }

  get type(): ValueType | null {
    return this.#derivations.reduce<ValueType | null>(
      (type, each) =>
        each.kind === 'pointer'
          ? { kind: 'pointer', to: type }
          : { kind: 'array', of: type, count: each.count },
      this.#base.type,
    );
  }

  /** The base has a name, so no pointer here needs parentheses. */
  declare(name: string): string {
    const inner = this.#derivations.reduceRight((text, each) => {
      if (each.kind === 'array') {
        return `${text}[${each.count}]`;
      }
      const qualifiers = each.qualifiers.trimEnd();
      return `*${qualifiers === '' ? text : joined(qualifiers, text)}`;
    }, name);
    return this.#qualifiers + this.#base.declare(inner);
  }
}

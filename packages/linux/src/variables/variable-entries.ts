import { isVmcorekitError, type Kernel, type KernelSymbol } from '@vmcorekit/core';
import type { BtfEntries } from '../types/btf-entries.ts';
import { btfKind, enumerations, tags } from '../types/btf-kinds.ts';
import { type CTypeName, type Derivation, parseTypeName } from '../types/c-type-name.ts';
import { typedVariable } from './variable-type.ts';
import { variableTypes } from './variable-types.ts';

/** A variable of the kernel, with its type in terms of `TypeEntries`. */
export interface VariableOfType {
  readonly symbol: KernelSymbol;
  /** The id of the type that the derivations begin with. */
  readonly of: number;
  /** The first applied first. */
  readonly derivations: readonly Derivation[];
}

/** The variables whose type this library knows, where the kernel's own types have none of it. */
export function* knownVariables(
  kernel: Kernel,
  entries: BtfEntries,
): Generator<VariableOfType, void, void> {
  for (const name of variableTypes.keys()) {
    const variable = typed(kernel, name);
    if (
      variable === undefined ||
      entries.records.named(name).some((id) => isVariable(entries, id))
    ) {
      continue;
    }
    // The number of elements of a text is not known.
    const parsed = parseTypeName(variable.type.text.replace('[]', '[0]'));
    const of = parsed === undefined ? undefined : idOf(entries, parsed);
    if (parsed !== undefined && of !== undefined) {
      yield { symbol: variable.symbol, of, derivations: parsed.derivations };
    }
  }
}

function typed(kernel: Kernel, name: string): ReturnType<typeof typedVariable> | undefined {
  try {
    return typedVariable(kernel, name);
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage')) {
      return undefined;
    }
    throw error;
  }
}

function isVariable({ records }: BtfEntries, id: number): boolean {
  return records.record(id)?.kind === btfKind.VAR;
}

const plain: ReadonlySet<number> = new Set([btfKind.TYPEDEF, btfKind.INT, btfKind.FLOAT]);
const kindsOfTag = {
  struct: new Set([btfKind.STRUCT]),
  union: new Set([btfKind.UNION]),
  enum: enumerations,
} as const;

/** Undefined where the kernel has none of that name, or several. */
function idOf({ records }: BtfEntries, { tag, names }: CTypeName): number | undefined {
  if (names[0] === 'void') {
    return 0;
  }
  for (const kinds of tag === null ? [plain, tags, enumerations] : [kindsOfTag[tag]]) {
    const ids = names
      .flatMap((name) => records.named(name))
      .filter((id) => kinds.has(records.record(id)?.kind ?? 0));
    if (ids.length > 0) {
      return ids.length === 1 ? ids[0] : undefined;
    }
  }
  return undefined;
}

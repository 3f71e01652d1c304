import type { TypeTable } from '@vmcorekit/core';

/** The name of a value without its prefix, in small letters; the number where it has none. */
export function bpfTypeName(
  types: TypeTable,
  enumeration: string,
  prefix: string,
  value: number,
): string {
  const names = [...(types.enumeration(enumeration) ?? [])]
    .filter(([, each]) => Number(each) === value)
    .map(([name]) => name);
  // A few values have an old name as well, which ends so.
  const name = names.find((each) => !each.endsWith('_DEPRECATED')) ?? names[0];
  return name?.startsWith(prefix) === true
    ? name.slice(prefix.length).toLowerCase()
    : String(value);
}

/**
 * What is known of a dump's kernel, and where that was read (a symbol, VMCOREINFO, a record of the
 * log, …). A null value is not proved; `because` says why.
 */
export type Fact<Value> = Proved<Value> | NotProved;

export interface Proved<Value> {
  readonly value: Value;
  readonly from: string;
}

export interface NotProved {
  readonly value: null;
  readonly because: string;
}

export function proved<Value>(value: Value, from: string): Proved<Value> {
  return { value, from };
}

export function notProved(because: string): NotProved {
  return { value: null, because };
}

/** The first that is proved; where none is, the first with its reason. */
export function firstProved<Value>(first: Fact<Value>, ...others: Fact<Value>[]): Fact<Value> {
  return [first, ...others].find(({ value }) => value !== null) ?? first;
}

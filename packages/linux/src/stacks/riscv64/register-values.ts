/** Registers by number; those that are not known are missing. */
export type Values = Map<number, bigint>;

/** The register 0 is always 0, and is none of these. */
export function set(values: Values, number: number, value: bigint | undefined): void {
  if (value === undefined) {
    values.delete(number);
  } else if (number !== 0) {
    values.set(number, BigInt.asUintN(64, value));
  }
}

/** An address at a distance from another. */
export function wrap(base: bigint, offset: number): bigint {
  return BigInt.asUintN(64, base + BigInt(offset));
}

import { type Kernel, tryRead } from '@vmcorekit/core';
import { readLongs } from './longs.ts';
import { type Amount, counterNamed, hugePageUnits, type VmCounters } from './vm-counters.ts';

/** Enumerators that had other names: their counts are in pages under both (since Linux 5.9). */
const otherNames: Readonly<Record<string, string>> = {
  NR_SLAB_RECLAIMABLE: 'NR_SLAB_RECLAIMABLE_B',
  NR_SLAB_UNRECLAIMABLE: 'NR_SLAB_UNRECLAIMABLE_B',
};

/** The sum of counters; undefined where the kernel lacks the first. */
export function amountOf(
  kernel: Kernel,
  counters: VmCounters,
  names: readonly string[],
): Amount | undefined {
  let sum: Amount | undefined;
  for (const name of names) {
    const found = counterNamed(kernel, counters, name, otherNames[name] ?? name);
    if (found === undefined) {
      if (sum === undefined) {
        return undefined;
      }
      continue;
    }
    sum = {
      shown: (sum?.shown ?? 0n) + found.shown,
      exact: sum?.exact === null || found.exact === null ? null : (sum?.exact ?? 0n) + found.exact,
      from: sum === undefined ? name : `${sum.from} + ${name}`,
    };
  }
  return sum;
}

/** What is left. An unknown part takes nothing; what is left of the unknown is unknown. */
export function less(
  from: Amount | undefined,
  ...parts: readonly (Amount | undefined)[]
): Amount | undefined {
  return parts.reduce(
    (sum, part) =>
      sum === undefined || part === undefined
        ? sum
        : {
            shown: atLeastZero(sum.shown - part.shown),
            exact: sum.exact === null || part.exact === null ? null : sum.exact - part.exact,
            from: `${sum.from} - ${part.from}`,
          },
    from,
  );
}

/** Of a count in KiB. */
export function inPages(amount: Amount | undefined, kibInPage: bigint): Amount | undefined {
  return amount === undefined
    ? undefined
    : {
        ...amount,
        shown: amount.shown / kibInPage,
        exact: amount.exact === null ? null : amount.exact / kibInPage,
      };
}

/** Of a count in the unit that the kernel counts transparent huge pages in. */
export function inBasePages(kernel: Kernel, amount: Amount | undefined): Amount | undefined {
  const { counted } = hugePageUnits(kernel);
  return amount === undefined
    ? undefined
    : {
        ...amount,
        shown: amount.shown * counted,
        exact: amount.exact === null ? null : amount.exact * counted,
      };
}

/** A variable that counts pages exactly. */
export function longNamed({ symbols, memory }: Kernel, name: string): Amount | undefined {
  const at = symbols.find(name)?.address;
  const [value] = at === undefined ? [] : (tryRead(() => readLongs(memory, at, 1)) ?? []);
  return value === undefined ? undefined : exactly(value, name);
}

/** Of a count that no CPU keeps a part of. */
export function exactly(value: bigint, from: string): Amount {
  const shown = atLeastZero(value);
  return { shown, exact: shown, from };
}

export function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

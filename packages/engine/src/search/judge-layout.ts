import { hex, type MemoryLayout, type PhysicalRange } from '@vmcorekit/core';

/** Firmware keeps so much of the RAM below a hole, or at its end, from the kernel at most. */
const maxReserved: number = 256 * 1024 * 1024;

/** What the kernel's own list of memory says of a layout. */
export interface LayoutJudgement {
  readonly outcome: 'proved' | 'denied' | 'open';
  readonly because: string;
}

/**
 * Holds a layout against the RAM that a kernel read through it knows of. The list denies it where a
 * range of RAM lies outside the layout. It proves it where all lies within, and ends where the
 * layout ends: a hole at another place would move that end. Of a layout without a hole, firmware
 * may keep the last part. `ram` is ascending; null where it cannot be read.
 */
export function judgeLayout(
  { placed }: Pick<MemoryLayout, 'placed'>,
  ram: readonly PhysicalRange[] | null,
): LayoutJudgement {
  const last = ram?.at(-1);
  if (ram === null || last === undefined) {
    return { outcome: 'open', because: "the kernel's own list of memory cannot be read" };
  }
  const stretches = joined(placed);
  const outside = firstOutside(stretches, ram);
  const lastStretch = stretches.at(-1) ?? { start: 0, end: 0 };
  if (
    outside !== undefined &&
    outside === last &&
    outside.start >= lastStretch.start &&
    outside.start < lastStretch.end
  ) {
    return {
      outcome: 'open',
      because: `the kernel's RAM ends at ${hex(last.end)}, after the layout's end at ${hex(lastStretch.end)}: the file may be cut`,
    };
  }
  if (outside !== undefined) {
    return denial('RAM', outside);
  }
  const { end } = lastStretch;
  const mayBeReserved = stretches.length > 1 ? 0 : maxReserved;
  return end - last.end <= mayBeReserved
    ? {
        outcome: 'proved',
        because: `the kernel's own list of memory agrees: its RAM ends at ${hex(last.end)}`,
      }
    : {
        outcome: 'open',
        because: `the kernel's RAM ends at ${hex(last.end)}, the layout at ${hex(end)}`,
      };
}

/** Holds a layout against pages of memory that a kernel maps; null where they do not deny it. */
export function judgeByPages(
  { placed }: Pick<MemoryLayout, 'placed'>,
  pages: readonly PhysicalRange[],
): LayoutJudgement | null {
  const outside = firstOutside(joined(placed), pages);
  return outside === undefined ? null : denial('memory', outside);
}

function firstOutside(
  stretches: readonly PhysicalRange[],
  ram: readonly PhysicalRange[],
): PhysicalRange | undefined {
  return ram.find(
    ({ start, end }) => !stretches.some((each) => each.start <= start && end <= each.end),
  );
}

function denial(what: string, { start, end }: PhysicalRange): LayoutJudgement {
  const where = `from ${hex(start)} to ${hex(end)}`;
  return {
    outcome: 'denied',
    because: `the kernel has ${what} ${where}, where the file has none`,
  };
}

/** The stretches of memory, adjacent ones as one. */
function joined(placed: MemoryLayout['placed']): PhysicalRange[] {
  const stretches: { start: number; end: number }[] = [];
  for (const { address, lengthInBytes } of placed) {
    const last = stretches.at(-1);
    if (last?.end === address) {
      last.end += lengthInBytes;
    } else {
      stretches.push({ start: address, end: address + lengthInBytes });
    }
  }
  return stretches;
}

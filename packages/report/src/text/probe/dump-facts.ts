import {
  type Dump,
  type LayoutVerdict,
  type Origin,
  printable,
  type Verdict,
} from '@vmcorekit/core';
import { shortDumpText } from '../dump-text.ts';

/** What kind of dump it is and whose; and where its memory lies, if the file does not say it. */
export function dumpFacts(
  dump: Dump,
  { origin, memoryLayout }: Verdict,
): (readonly [label: string, value: string])[] {
  return [
    ['dump', `${shortDumpText(dump)}, ${originText(origin)}`],
    ...(memoryLayout === undefined
      ? []
      : [['memory', `${memoryLayout.layout.name}, ${proofText(memoryLayout)}`] as const]),
  ];
}

function proofText({ isProved, layout: { basis, because } }: LayoutVerdict): string {
  if (isProved) {
    return basis === 'told' ? 'as given' : "as the kernel's own list of memory has it";
  }
  return printable(basis === 'stated' ? `not proved; ${because}` : `not proved: ${because}`);
}

function originText({ capturedBy, writtenBy }: Origin): string {
  if (capturedBy === writtenBy) {
    return capturedBy === 'unknown'
      ? 'origin not known'
      : `captured and written by ${printable(capturedBy)}`;
  }
  const by = (what: string, who: string): string =>
    who === 'unknown' ? `${what} by an unknown tool` : `${what} by ${printable(who)}`;
  return `${by('captured', capturedBy)}, ${by('written', writtenBy)}`;
}

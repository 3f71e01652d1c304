import {
  type Dump,
  type LayoutVerdict,
  type Origin,
  printable,
  type Verdict,
} from '@vmcorekit/core';
import { besideFacts, shortDumpText } from '../dump-text.ts';

/** What kind of dump it is and whose; and where its memory lies, if the file does not say it. */
export function dumpFacts(
  dump: Dump,
  { origin, memoryLayout }: Verdict,
): (readonly [label: string, value: string])[] {
  return [
    ['dump', `${shortDumpText(dump)}, ${originText(origin)}`],
    ...besideFacts(dump),
    ...(memoryLayout === undefined
      ? []
      : [['memory', `${memoryLayout.layout.name}, ${proofText(memoryLayout)}`] as const]),
  ];
}

function proofText({ isProved, because, layout }: LayoutVerdict): string {
  return isProved ? because : printable(`not proved; ${layout.because}`);
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

import { plural, printable, unknownText } from '@vmcorekit/core';
import type { DataColumn } from '@vmcorekit/report';
import type { FleetRow } from './fleet-data.ts';

/** The columns of `fleet results`. */
export const resultColumns: readonly DataColumn<FleetRow>[] = [
  { key: 'file', title: 'file', value: ({ files }) => files[0] ?? null, text: filesText },
  { key: 'release', title: 'kernel', value: ({ release }) => release, usualWidth: 28 },
  { key: 'outcome', title: 'outcome', value: ({ outcome }) => outcome, usualWidth: 10 },
  { key: 'signature', title: 'signature', value: ({ signature }) => signature, usualWidth: 16 },
  { key: 'panic', title: 'why', value: ({ panic }) => panic, text: whyText },
  { key: 'because', value: ({ because }) => because },
  { key: 'confidence', value: ({ confidence }) => confidence },
  { key: 'architecture', value: ({ architecture }) => architecture },
  { key: 'buildId', value: ({ buildId }) => buildId },
  { key: 'taint', value: ({ taint }) => taint },
  { key: 'dumpedAt', value: ({ dumpedAt }) => dumpedAt },
  { key: 'damage', value: ({ damage }) => damage },
  { key: 'modules', value: ({ modules }) => modules },
  { key: 'dump', value: ({ dump }) => dump },
  { key: 'sizeInBytes', value: ({ sizeInBytes }) => sizeInBytes },
  { key: 'finishedAt', value: ({ finishedAt }) => finishedAt },
  { key: 'milliseconds', value: ({ milliseconds }) => milliseconds },
  { key: 'toolVersion', value: ({ toolVersion }) => toolVersion },
  { key: 'number', value: ({ number }) => number },
];

function filesText({ files }: FleetRow): string {
  const [file = unknownText, ...others] = files;
  return printable(file) + (others.length === 0 ? '' : ` and ${plural(others.length, 'part')}`);
}

function whyText({ panic, because, damage }: FleetRow): string {
  return printable(because ?? panic ?? (damage.join(', ') || unknownText));
}

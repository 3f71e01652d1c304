import { plural, printable, unknownText } from '@vmcorekit/core';
import { addressJson } from '../json/json-line.ts';
import type { Paint, Style } from '../layout/style.ts';
import { hexOrUnknown } from '../table/cell-text.ts';
import type { DataColumn } from '../table/data-column.ts';
import type { ProbeRow } from './probe-row.ts';

/**
 * The columns of `probe` of many dumps. Names of kernels are as wide as those of Debian's and Red
 * Hat's packages: 6.1.0-57-cloud-amd64, 5.14.0-503.11.1.el9_5.x86_64.
 */
export const probeColumns: readonly DataColumn<ProbeRow>[] = [
  { key: 'file', title: 'file', value: ({ files }) => files[0] ?? null, text: filesText },
  {
    key: 'release',
    title: 'kernel',
    value: ({ release }) => release,
    text: releaseText,
    usualWidth: 28,
    leastWidth: 20,
  },
  { key: 'role', title: 'role', value: ({ role }) => role, usualWidth: 7 },
  {
    key: 'confidence',
    title: 'verdict',
    value: ({ confidence }) => confidence,
    text: verdictText,
    paint: verdictPaint,
    usualWidth: 14,
    leastWidth: 8,
  },
  {
    key: 'kernels',
    value: ({ confidence, kernelCount }) => (confidence === null ? null : kernelCount),
  },
  { key: 'reason', value: ({ reason }) => reason },
  {
    key: 'physBase',
    title: 'phys_base',
    kind: 'number',
    value: ({ physBase }) => physBase,
    text: ({ physBase }) => hexOrUnknown(physBase),
    usualWidth: 11,
  },
  { key: 'imageOffset', value: ({ imageOffset }) => addressJson(imageOffset) },
  {
    key: 'kaslrOffset',
    title: 'KASLR',
    kind: 'number',
    value: ({ kaslrOffset }) => kaslrOffset,
    text: ({ kaslrOffset }) => hexOrUnknown(kaslrOffset),
    usualWidth: 10,
  },
  { key: 'damage', title: 'damage', value: ({ damage }) => damage, text: damageText },
  { key: 'error', value: ({ error }) => error?.code ?? null },
  { key: 'architecture', value: ({ architecture }) => architecture },
];

function filesText({ files }: ProbeRow): string {
  const [file = ''] = files;
  const others = files.length - 1;
  return printable(file) + (others === 0 ? '' : ` and ${plural(others, 'part')}`);
}

/** Of an architecture that is not supported, its name: the rest of the row is unknown. */
function releaseText({ release, reason, architecture }: ProbeRow): string {
  const isNamed = reason === 'unsupported-architecture' && architecture !== null;
  return printable(release ?? (isNamed ? `${unknownText} (${architecture})` : unknownText));
}

function verdictText({ confidence, reason, kernelCount }: ProbeRow): string {
  if (confidence === null) {
    return 'not read';
  }
  if (reason === 'unsupported-architecture') {
    return 'unsupported';
  }
  return kernelCount > 1 ? `${confidence} (of ${kernelCount})` : confidence;
}

function verdictPaint({ confidence }: ProbeRow, style: Style): Paint {
  switch (confidence) {
    case 'certain':
      return style.good;
    case 'probable':
    case 'ambiguous':
      return style.doubtful;
    default:
      return style.bad;
  }
}

/** Names of damage, and in the last column, which has room, why there is no answer. */
function damageText({ confidence, reason, damage, error }: ProbeRow): string {
  if (error !== null) {
    return printable(error.brief);
  }
  const isGiven = confidence === 'none' && reason !== null && !isSaidElsewhere(reason);
  return [...(isGiven ? [reason] : []), ...damage.map(printable)].join(', ') || unknownText;
}

/** `none` alone says that there is no kernel, and `unsupported` that none is searched for. */
function isSaidElsewhere(reason: string): boolean {
  return reason === 'no-kernel' || reason === 'unsupported-architecture';
}

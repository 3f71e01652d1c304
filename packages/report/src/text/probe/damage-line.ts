import { type Damage, type Dump, type Loss, printable, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { wrap } from '../../layout/wrap.ts';
import { titledSentence } from './titled.ts';

const losses: readonly (readonly [Loss, string])[] = [
  ['memory', 'memory is lost'],
  ['page', 'pages are lost'],
  ['notes', 'notes are lost'],
];
const maxDetails = 3;

/**
 * What is wrong with the file as far as it was read: kinds, counts and what is lost. If no kernel
 * was found, what is lost may be why, so the first of each kind follows in its own words.
 */
export function damageLine(
  dump: Dump,
  { kernel }: Pick<Verdict, 'kernel'>,
  style: Style,
): string[] {
  const { damage } = dump;
  if (damage.length === 0) {
    return [];
  }
  const firstOfLoss = new Map<string, Damage>();
  for (const each of damage) {
    if (each.loses !== 'nothing' && !firstOfLoss.has(each.name)) {
      firstOfLoss.set(each.name, each);
    }
  }
  const details = kernel === null ? [...firstOfLoss.values()].slice(0, maxDetails) : [];
  return [
    ...titledSentence('Damage', damageText(dump), style),
    ...details.flatMap(({ detail }) =>
      wrap(printable(detail), style.width - 2).map((line) => `  ${line}`),
    ),
  ];
}

/** `3 bad-page: pages are lost`: each kind with its count, and what is lost. */
export function damageText({ damage }: Dump): string {
  const counts = new Map<string, number>();
  for (const { name } of damage) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const kinds = [...counts].map(([name, count]) => `${count} ${printable(name)}`).join(', ');
  const lost = losses.filter(([loss]) => damage.some(({ loses }) => loses === loss));
  const effect = lost.length === 0 ? 'no memory is lost' : lost.map(([, text]) => text).join(', ');
  return `${kinds}: ${effect} (\`vmcorekit verify\` counts all)`;
}

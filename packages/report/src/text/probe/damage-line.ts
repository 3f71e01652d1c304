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
  { damage }: Dump,
  { kernel }: Pick<Verdict, 'kernel'>,
  style: Style,
): string[] {
  if (damage.length === 0) {
    return [];
  }
  const counts = new Map<string, number>();
  const firstOfLoss = new Map<string, Damage>();
  for (const each of damage) {
    counts.set(each.name, (counts.get(each.name) ?? 0) + 1);
    if (each.loses !== 'nothing' && !firstOfLoss.has(each.name)) {
      firstOfLoss.set(each.name, each);
    }
  }
  const kinds = [...counts].map(([name, count]) => `${count} ${printable(name)}`).join(', ');
  const lost = losses.filter(([loss]) => damage.some(({ loses }) => loses === loss));
  const effect = lost.length === 0 ? 'no memory is lost' : lost.map(([, text]) => text).join(', ');
  const text = `${kinds}: ${effect} (\`vmcorekit verify\` counts all)`;
  const details = kernel === null ? [...firstOfLoss.values()].slice(0, maxDetails) : [];
  return [
    ...titledSentence('Damage', text, style),
    ...details.flatMap(({ detail }) =>
      wrap(printable(detail), style.width - 2).map((line) => `  ${line}`),
    ),
  ];
}

import { type Dump, type Loss, printable } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { titledSentence } from './titled.ts';

const losses: readonly (readonly [Loss, string])[] = [
  ['memory', 'memory is lost'],
  ['page', 'pages are lost'],
  ['notes', 'notes are lost'],
];

/** What is wrong with the file as far as it was read: kinds, counts and what is lost. */
export function damageLine({ damage }: Dump, style: Style): string[] {
  if (damage.length === 0) {
    return [];
  }
  const counts = new Map<string, number>();
  for (const { name } of damage) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const kinds = [...counts].map(([name, count]) => `${count} ${printable(name)}`).join(', ');
  const lost = losses.filter(([loss]) => damage.some(({ loses }) => loses === loss));
  const effect = lost.length === 0 ? 'no memory is lost' : lost.map(([, text]) => text).join(', ');
  const text = `${kinds}: ${effect} (\`vmcorekit verify\` counts all)`;
  return titledSentence('Damage', text, style);
}

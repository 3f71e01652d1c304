import { plural, printable } from '@vmcorekit/core';
import type { OpenShell } from './open-shell.ts';

/** What a user must know before they ask: the kernel, how sure that is, and what is doubtful. */
export function greeting({ here, verdict }: Pick<OpenShell, 'here' | 'verdict'>): string {
  const { kernel, confidence, explanation, qualifications } = verdict;
  const { architecture, damage } = here.dump;
  const name = [kernel?.release ?? 'of unknown release', architecture?.name, kernel?.role];
  const doubts = [
    ...qualifications,
    ...(damage.length === 0 ? [] : [`the file is damaged (${plural(damage.length, 'place')})`]),
  ];
  return [
    kernel === null ? 'no kernel found' : `kernel ${name.filter(Boolean).join(', ')}`,
    `${confidence}: ${explanation}`,
    `${doubts.length === 0 ? 'nothing is doubtful' : `doubtful: ${doubts.join('; ')}`}; help lists the commands`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

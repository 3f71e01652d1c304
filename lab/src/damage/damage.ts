import { join, resolve } from 'node:path';
import { createToolkit } from '@vmcorekit/engine';
import { defaultPlugins } from 'vmcorekit';
import { readTruths } from '../check/check.ts';
import { type DamageCell, damageGuest } from './damage-guest.ts';

const mostListed = 40;

export interface DamageRequest {
  /** Absent: every guest under load that is there. */
  readonly names: readonly string[] | undefined;
  readonly outputFolder: string;
  /** Mutants of each kind. */
  readonly seeds: number;
}

/**
 * Damages the dumps of guests in every way, asks everything about each, and prints what is wrong.
 * @returns the exit code.
 */
export async function damageGuests(request: DamageRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const names = request.names ?? guestsUnderLoad(outputFolder);
  if (names.length === 0) {
    throw new Error('nothing to damage: make guests first (npm run lab -- tasks-6.1)');
  }
  const toolkit = createToolkit(defaultPlugins);
  const cells: DamageCell[] = [];
  for (const name of names) {
    const folder = join(outputFolder, name);
    for await (const cell of damageGuest(toolkit, name, folder, request.seeds)) {
      cells.push(cell);
      const { kind, tried, faults } = cell;
      process.stderr.write(`${name}, ${kind}: ${tried} tried, ${faults.length} faults\n`);
      process.stderr.write(faults.map((fault) => `  ${fault}\n`).join(''));
    }
  }
  process.stdout.write(showDamage(cells));
  return cells.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

function guestsUnderLoad(outputFolder: string): readonly string[] {
  return readTruths(outputFolder)
    .map(({ guest }) => guest)
    .filter((name) => /^(?:tasks|panic)-/.test(name));
}

/** One line a guest and one column a kind: how many were tried, and how many are wrong. */
export function showDamage(cells: readonly DamageCell[]): string {
  const kinds = [...new Set(cells.map(({ kind }) => kind))];
  const guests = [...new Set(cells.map(({ guest }) => guest))];
  const rows = guests.map((guest) => {
    const shown = kinds.map((kind) => {
      const cell = cells.find((each) => each.guest === guest && each.kind === kind);
      const { tried = 0, faults = [] } = cell ?? {};
      return faults.length === 0 ? String(tried) : `**${tried}, ${faults.length} faults**`;
    });
    return `| ${[guest, ...shown].join(' | ')} |`;
  });
  const own = new Map<string, number>();
  for (const [at, times] of cells.flatMap((cell) => [...(cell.own ?? [])])) {
    own.set(at, (own.get(at) ?? 0) + times);
  }
  const marked = cells.reduce((sum, cell) => sum + (cell.marked ?? 0), 0);
  const faults = cells.flatMap(({ guest, kind, faults: found }) =>
    found.map((fault) => `- ${guest}, ${kind}: ${fault}`),
  );
  const more = faults.length > mostListed ? [`- … and ${faults.length - mostListed} more`] : [];
  return [
    `| guest | ${kinds.join(' | ')} |`,
    `|${'---|'.repeat(kinds.length + 1)}`,
    ...rows,
    '',
    `Of zeroed and flipped pages, ${marked} other values are marked. Only the changed bytes hold`,
    ...[...own.keys()].toSorted().map((at) => `- ${at}: ${own.get(at)}`),
    '',
    ...faults.slice(0, mostListed),
    ...more,
    '',
  ].join('\n');
}

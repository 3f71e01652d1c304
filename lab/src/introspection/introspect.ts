import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CheckRequest, listVersions, readTruths } from '../check/check.ts';
import { hasSavedProc, type IntrospectionCell, introspectGuest } from './introspect-guest.ts';
import { isUnequal, showIntrospection } from './introspection-matrix.ts';

/**
 * Asks vmcorekit what each guest under load was doing, and compares the answers with the guest's
 * own /proc. @returns the exit code.
 */
export async function introspectGuests(request: CheckRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const truths = readTruths(outputFolder).filter(
    ({ guest }) =>
      hasSavedProc(join(outputFolder, guest)) && (request.names?.includes(guest) ?? true),
  );
  if (truths.length === 0) {
    throw new Error('nothing to compare with: make guests first (npm run lab -- tasks-6.1)');
  }
  const cells: IntrospectionCell[] = [];
  for (const truth of truths) {
    cells.push(...(await introspectGuest(truth, join(outputFolder, truth.guest))));
    process.stderr.write(`${truth.guest}: done\n`);
  }
  const table = showIntrospection(cells, {
    date: new Date().toISOString().slice(0, 10),
    versions: await listVersions(truths),
  });
  process.stdout.write(table);
  if (request.writeFolder !== undefined) {
    const folder = resolve(request.writeFolder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'introspection-matrix.md'), table);
  }
  return cells.some(isUnequal) ? 1 : 0;
}

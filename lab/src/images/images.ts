import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CheckRequest, listVersions, readTruths } from '../check/check.ts';
import { composedGuest, hasImages, type ImageRow, imageGuest, packedGuest } from './image-guest.ts';
import { isUnacceptableImage, showImages } from './image-matrix.ts';

/** One guest is enough to compress: what a container holds is the same dump. */
const packedByDefault = 'seabios-kaslr';
/** One of each machine whose formats are composed. */
const composedByDefault: readonly string[] = [packedByDefault, 'stream-s390x'];

/**
 * Asks vmcorekit about every memory image that is no vmcore, and about compressed copies of the
 * vmcore of one guest, and compares the answers. @returns the exit code.
 */
export async function compareImages(request: CheckRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const truths = readTruths(outputFolder).filter(
    ({ guest }) => request.names?.includes(guest) ?? true,
  );
  const imaged = truths.filter(hasImages);
  const packed = truths.filter(({ guest }) => guest === packedByDefault);
  const composed = truths.filter(({ guest }) => composedByDefault.includes(guest));
  if (imaged.length + packed.length === 0) {
    throw new Error('nothing to compare: make guests first (npm run lab -- raw-pc)');
  }
  const rows: ImageRow[] = [];
  for (const truth of imaged) {
    rows.push(...(await imageGuest(truth, join(outputFolder, truth.guest))));
    process.stderr.write(`${truth.guest}: done\n`);
  }
  for (const truth of packed) {
    rows.push(...(await packedGuest(truth, join(outputFolder, truth.guest))));
  }
  for (const truth of composed) {
    rows.push(...(await composedGuest(truth, join(outputFolder, truth.guest))));
  }
  const table = showImages(rows, {
    date: new Date().toISOString().slice(0, 10),
    versions: await listVersions([...new Set([...imaged, ...packed, ...composed])]),
  });
  process.stdout.write(table);
  if (request.writeFolder !== undefined) {
    const folder = resolve(request.writeFolder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'image-matrix.md'), table);
  }
  return rows.some(isUnacceptableImage) ? 1 : 0;
}

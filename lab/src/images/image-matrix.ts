import type { MatrixFacts } from '../check/matrix.ts';
import type { ImageRow } from './image-guest.ts';

/** A row in which something is wrong or missing. */
export function isUnacceptableImage({ memory, cpus, probe }: ImageRow): boolean {
  return !(memory.isGood && cpus.isGood && probe.isGood);
}

/** What was asked about each kind of image, in Markdown. */
export function showImages(rows: readonly ImageRow[], facts: MatrixFacts): string {
  const shown = rows.map((row) =>
    [
      row.kind,
      row.guest,
      row.machine,
      row.memory.text,
      row.cpus.text,
      row.probe.text,
      shareRead(row),
    ].join(' | '),
  );
  const wrong = rows.filter(isUnacceptableImage);
  return [
    '# Memory images',
    '',
    `Written by \`npm run lab -- images --write docs\` on ${facts.date}; do not edit.`,
    '',
    'Images of real guests that are no vmcores, and vmcores that a program compressed. Memory is',
    "compared with the ELF dump of the same stopped guest, page by page; CPUs with QEMU's `info",
    "registers`; the kernel with the guest's own words. `read` is the part of the file that `probe`",
    'read.',
    '',
    '| kind | guest | machine | memory | registers | `probe` | read |',
    '|---|---|---|---|---|---|---|',
    ...shown.map((row) => `| ${row} |`),
    '',
    ...[...facts.versions].map(([name, version]) => `- ${name}: ${version}`),
    '',
    ...(wrong.length === 0
      ? ['Not one is wrong.', '']
      : ['## Not right', '', ...wrong.map(({ kind, guest }) => `- ${kind} of ${guest}`), '']),
  ].join('\n');
}

function shareRead({ bytesRead, sizeInBytes }: ImageRow): string {
  return bytesRead === null ? '' : `${((100 * bytesRead) / sizeInBytes).toFixed(1)} %`;
}

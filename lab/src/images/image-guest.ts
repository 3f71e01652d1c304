import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../check/judge.ts';
import { openKernelRoots } from '../check/kernel-roots.ts';
import type { ProbeOutput } from '../check/probe-output.ts';
import { ask, compare, info } from '../check/vmcorekit.ts';
import { makeTemporaryFolder } from '../cleanup.ts';
import { byKernel } from '../dump/dump-record.ts';
import type { DumpRecord, Truth } from '../truth/truth.ts';
import { composedCopies } from './composed-copies.ts';
import { type ImageAnswer, judgeImageCpus, judgeImageMemory } from './judge-image.ts';
import { type PackedCopy, packedCopies } from './packed-copies.ts';

/** What was asked about one image of a guest. */
export interface ImageRow {
  readonly guest: string;
  readonly machine: string;
  readonly kind: string;
  readonly sizeInBytes: number;
  readonly memory: ImageAnswer;
  readonly cpus: ImageAnswer;
  readonly probe: ImageAnswer;
  /** Of the file, for a probe; null where it gave no answer. */
  readonly bytesRead: number | null;
}

/** The dump that the others are compared with. */
const referenceFormat = 'elf';
/** The formats of dumps: `check` asks about them. */
const dumpFormats: ReadonlySet<string> = new Set([
  referenceFormat,
  'elf-paging',
  'kdump-zlib',
  'kdump-lzo',
  'kdump-snappy',
  'kdump-raw-zlib',
]);

/** QEMU under TCG loses the last changes of some pages of these. */
const liveStreams: ReadonlySet<string> = new Set(['qemu-stream-live', 'qemu-stream-xbzrle']);

interface Image extends Pick<DumpRecord, 'format' | 'origin' | 'sizeInBytes' | 'isOfRunningGuest'> {
  readonly path: string;
}

/** The ELF dump of a guest; undefined where it has none. */
function referenceOf({ dumps }: Truth): DumpRecord | undefined {
  return dumps.find(({ format }) => format === referenceFormat);
}

/** Whether a guest has images that are no dumps, beside an ELF dump. */
export function hasImages(truth: Truth): boolean {
  return referenceOf(truth) !== undefined && imagesOf(truth).length > 0;
}

function imagesOf({ dumps }: Truth): readonly DumpRecord[] {
  return dumps.filter(
    ({ format, origin }) => !dumpFormats.has(format) && origin.capturedBy !== 'kdump',
  );
}

/** Asks about each image of a guest, and compares it with the ELF dump of the same guest. */
export async function imageGuest(truth: Truth, folder: string): Promise<readonly ImageRow[]> {
  const rows: ImageRow[] = [];
  for (const image of imagesOf(truth)) {
    rows.push(await askImage(truth, folder, { ...image, path: join(folder, image.file) }));
  }
  return rows;
}

/** The same of copies of the ELF dump that each program compressed. */
export async function packedGuest(truth: Truth, folder: string): Promise<readonly ImageRow[]> {
  return askCopies(truth, folder, packedCopies);
}

/** The same of its memory in the layouts of writers that do not run here. */
export async function composedGuest(truth: Truth, folder: string): Promise<readonly ImageRow[]> {
  return askCopies(truth, folder, composedCopies);
}

type Copies = (
  dump: string,
  folder: string,
) => AsyncGenerator<PackedCopy & Partial<Pick<DumpRecord, 'origin'>>>;

async function askCopies(
  truth: Truth,
  folder: string,
  makeCopies: Copies,
): Promise<readonly ImageRow[]> {
  using temporary = makeTemporaryFolder();
  const rows: ImageRow[] = [];
  const reference = referenceOf(truth);
  if (reference !== undefined) {
    const copies = makeCopies(join(folder, reference.file), temporary.path);
    for await (const { kind, files, origin = reference.origin } of copies) {
      const sizeInBytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
      const [path] = files;
      rows.push(
        await askImage(truth, folder, { ...reference, format: kind, origin, sizeInBytes, path }),
      );
      for (const file of files) {
        rmSync(file);
      }
    }
  }
  return rows;
}

/**
 * How much of an image must equal the ELF dump: all of it, unless memory changed in between. A
 * guest that captures itself fills its page cache with what it writes: 16,082 of 65,394 pages were
 * equal after four captures of a guest of 256 MB. One that hibernates changes less.
 */
function leastShareEqual({ isOfRunningGuest, format, origin }: Image): number {
  if (isOfRunningGuest === true) {
    return 1 / 8;
  }
  if (origin.capturedBy === byKernel.capturedBy) {
    return 0.9;
  }
  return liveStreams.has(format) ? 0.999 : 1;
}

async function askImage(truth: Truth, folder: string, image: Image): Promise<ImageRow> {
  const reference = join(folder, referenceOf(truth)?.file ?? '');
  using roots = openKernelRoots(truth, folder);
  const file = image.path;
  const answers = await ask<ProbeOutput & { readonly statistics: { readonly bytesRead: number } }>(
    [file],
    ['probe', '--json'],
  );
  const probed = answers.get(file) ?? { failure: 'no answer' };
  const { outcome, because } = judge(probed, truth, image.origin, roots.isKernelRoot);
  const confidence = 'output' in probed ? probed.output.confidence : 'none';
  return {
    guest: truth.guest,
    machine: truth.architecture,
    kind: image.format,
    sizeInBytes: image.sizeInBytes,
    memory: judgeImageMemory(await compare(reference, file), leastShareEqual(image)),
    cpus: judgeImageCpus(await info(file), truth.cpus),
    probe: {
      text: outcome === 'right' ? `right, ${confidence}` : `${outcome}: ${because}`,
      isGood: outcome === 'right',
    },
    bytesRead: 'output' in probed ? probed.output.statistics.bytesRead : null,
  };
}

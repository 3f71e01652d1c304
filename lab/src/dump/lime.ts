import { closeSync, createReadStream, openSync, readSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import type { LimeName } from '../guests/guest.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { dumpFileName, recordOf, unknown } from './dump-record.ts';

/** What the guest prints when it has captured itself. */
export const limeDoneMark = 'LAB-LIME-DONE';
export const limeModuleInGuest = 'lab/lime.ko';
export const vmcorekitInGuest = 'lab/vmcorekit';

/** LiME's parameters. Without its time limit, a slow guest's ranges would end in zeros. */
const parameters: Readonly<Record<Exclude<LimeName, 'kcore-lime'>, string>> = {
  lime: 'format=lime timeout=0',
  'lime-padded': 'format=padded timeout=0',
  'lime-raw': 'format=raw timeout=0',
  'lime-zlib': 'format=lime timeout=0 compress=1',
};

/** Shell lines with which a guest captures itself: the first capture on the first virtio disk. */
export function limeScript(captures: readonly LimeName[]): string {
  return [
    ...captures.map((name, index) =>
      name === 'kcore-lime' ? commandOf(name, index) : `${commandOf(name, index)} && rmmod lime`,
    ),
    'sync',
    `echo ${limeDoneMark}`,
  ].join('\n');
}

/**
 * Cuts each disk to what LiME wrote, which is a capture then. @returns a record of each.
 * @throws {Error} when there is no capture `lime`, whose headers give the lengths of the others.
 */
export async function takeLimeCaptures(
  captures: readonly LimeName[],
  folder: string,
): Promise<readonly DumpRecord[]> {
  if (captures.length === 0) {
    return [];
  }
  const path = (name: LimeName): string => join(folder, dumpFileName(name));
  const ranges = rangesIn(path('lime'));
  const held = heldIn(ranges);
  const lengths: Readonly<Record<LimeName, () => number | Promise<number>>> = {
    lime: () => lengthOf(ranges),
    'lime-padded': () => ranges.at(-1)?.end ?? 0,
    'lime-raw': () => held,
    'lime-zlib': () => zlibLength(path('lime-zlib')),
    'kcore-lime': () => lengthOf(rangesIn(path('kcore-lime'))),
  };
  const records: DumpRecord[] = [];
  for (const [index, format] of captures.entries()) {
    truncateSync(path(format), await lengths[format]());
    const command = `${commandOf(format, index)} # in the guest`;
    records.push({
      ...recordOf(folder, [dumpFileName(format)], { format, origin: unknown, command }),
      isOfRunningGuest: true,
    });
  }
  return records;
}

function commandOf(name: LimeName, index: number): string {
  const disk = `/dev/vd${String.fromCharCode('a'.charCodeAt(0) + index)}`;
  return name === 'kcore-lime'
    ? `node /${vmcorekitInGuest}/bin/vmcorekit.cjs convert --to lime /proc/kcore - 2> /tmp/said > ${disk} || tail -c 999 /tmp/said`
    : `insmod /${limeModuleInGuest} path=${disk} ${parameters[name]}`;
}

/** Source: LiME, src/lime.h, `lime_mem_range_header`. */
const headerSizeInBytes = 32;
const magic = 0x4c694d45;

interface Range {
  readonly start: number;
  readonly end: number;
}

function heldIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}

function lengthOf(ranges: readonly Range[]): number {
  return heldIn(ranges) + ranges.length * headerSizeInBytes;
}

function rangesIn(path: string): readonly Range[] {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(headerSizeInBytes);
    const ranges: Range[] = [];
    for (
      let at = 0;
      ;
      at += headerSizeInBytes + (ranges.at(-1)?.end ?? 0) - (ranges.at(-1)?.start ?? 0)
    ) {
      const got = readSync(file, header, 0, headerSizeInBytes, at);
      if (got < headerSizeInBytes || header.readUInt32LE(0) !== magic) {
        break;
      }
      const start = Number(header.readBigUInt64LE(8));
      ranges.push({ start, end: Number(header.readBigUInt64LE(16)) + 1 });
    }
    if (ranges.length === 0) {
      throw new Error(`LiME wrote no range to ${path}; its words are on the console`);
    }
    return ranges;
  } finally {
    closeSync(file);
  }
}

/** The length of the zlib stream that a file begins with. */
async function zlibLength(path: string): Promise<number> {
  const inflate = createInflate();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(path), inflate, nowhere);
  return inflate.bytesWritten;
}

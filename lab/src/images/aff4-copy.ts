import { closeSync, openSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { isZero } from '@vmcorekit/core';
import { type Aff4MapSpec, buildAff4 } from '@vmcorekit/testing';
import { ElfMemory } from '../check/elf-memory.ts';

const memoryName = 'proc/kcore';
const dataName = `${memoryName}/data`;
const zeros = 'http://aff4.org/Schema#Zero';
/** linpmem writes no runs of zeros; a map may, and then names the stream of zeros. */
const granuleInBytes: number = 1 << 20;

type Range = Aff4MapSpec['ranges'][number];

/**
 * Composes an AFF4 image of the memory in a guest's ELF dump, as linpmem lays it out: no program of
 * Debian makes one. What is zero in whole MiB is a range of `aff4:Zero`.
 */
export function composeAff4(dump: string, path: string): void {
  const file = openSync(dump, 'r');
  try {
    const memory = new ElfMemory(file);
    const ranges: Range[] = [];
    const stored: Uint8Array[] = [];
    let targetOffset = 0;
    for (const { physicalAddress, sizeInBytes } of memory.segments) {
      for (let at = 0; at < sizeInBytes; at += granuleInBytes) {
        const length = Math.min(granuleInBytes, sizeInBytes - at);
        const mappedOffset = physicalAddress + at;
        const bytes = memory.read(mappedOffset, length) ?? new Uint8Array(length);
        if (isZero(bytes)) {
          ranges.push({ mappedOffset, length, targetOffset: 0, target: zeros });
        } else {
          ranges.push({ mappedOffset, length, targetOffset, target: dataName });
          stored.push(bytes);
          targetOffset += length;
        }
      }
    }
    const stream = {
      name: dataName,
      data: Buffer.concat(stored),
      compression: 'https://www.ietf.org/rfc/rfc1950.txt',
      pack: (chunk: Uint8Array) => deflateSync(chunk, { level: 1 }),
    };
    const maps = [{ name: memoryName, isMemory: true, ranges }];
    writeFileSync(path, buildAff4({ streams: [stream], maps }));
  } finally {
    closeSync(file);
  }
}

import { type ByteSource, VmcorekitError } from '@vmcorekit/core';
import { sectionTypes } from './layout.ts';

/** The state of a device in the stream. */
export interface DeviceSection {
  readonly name: string;
  readonly instance: number;
  readonly version: number;
  readonly bodyAt: number;
  readonly bodyEnd: number;
}

/** Type, u32 id. */
export const footerSizeInBytes = 5;
/** The state of a device without its memory: a disk controller has some hundred KB. */
const maxBodyBytes: number = 64 * 1024 * 1024;
/** Most devices have less than this. */
const firstStepInBytes = 4096;
const laterStepsInBytes: number = 256 * 1024;
/** What may come after a footer. */
const nextTypes: ReadonlySet<number> = new Set([
  sectionTypes.end,
  sectionTypes.start,
  sectionTypes.part,
  sectionTypes.lastPart,
  sectionTypes.full,
  sectionTypes.command,
]);

/** Whether a section's footer stands there, and something after it that may. */
export function isFooterAt(source: ByteSource, at: number, id: number): boolean {
  if (!Number.isSafeInteger(at)) {
    return false;
  }
  const bytes = new Uint8Array(footerSizeInBytes + 1);
  const got = source.readInto(at, bytes);
  return got >= footerSizeInBytes && isFooter(bytes.subarray(0, got), 0, id);
}

/**
 * The end of a body of unknown length: where its footer stands. A body that holds the same bytes
 * ends too early; none of the 33 devices of a real machine did. Throws `malformed`.
 */
export function findFooter(source: ByteSource, bodyAt: number, id: number): number {
  let step = firstStepInBytes;
  for (let start = bodyAt; start < bodyAt + maxBodyBytes; start += step) {
    step = start === bodyAt ? firstStepInBytes : laterStepsInBytes;
    const chunk = new Uint8Array(step + footerSizeInBytes + 1);
    const bytes = chunk.subarray(0, source.readInto(start, chunk));
    for (
      let at = bytes.indexOf(sectionTypes.footer);
      at >= 0 && at < step;
      at = bytes.indexOf(sectionTypes.footer, at + 1)
    ) {
      if (isFooter(bytes, at, id)) {
        return start + at;
      }
    }
    if (bytes.length < chunk.length) {
      throw new VmcorekitError('truncated', {
        structure: `section ${id}`,
        fileOffset: bodyAt,
        wanted: source.sizeInBytes - bodyAt + 1,
        got: source.sizeInBytes - bodyAt,
        fileSize: source.sizeInBytes,
      });
    }
  }
  throw new VmcorekitError('malformed', {
    structure: 'section',
    fileOffset: bodyAt,
    field: 'footer',
    wanted: `0x7e and id ${id} within ${maxBodyBytes} bytes`,
    got: 'none',
  });
}

function isFooter(bytes: Uint8Array, at: number, id: number): boolean {
  const next = bytes[at + footerSizeInBytes];
  return (
    at + footerSizeInBytes <= bytes.length &&
    bytes[at] === sectionTypes.footer &&
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1) === id &&
    (next === undefined || nextTypes.has(next))
  );
}

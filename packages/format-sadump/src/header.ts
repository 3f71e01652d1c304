import { type HeaderValue, hasAt, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';
import { type Disk, malformed } from './disk.ts';
import { headerFields, headerInBytes, partSignature, timestampAt, wideFields } from './layout.ts';

const structure = 'sadump header';

export interface SadumpHeader {
  /** File offset of the dump's header. */
  readonly fileOffset: number;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly blockInBytes: number;
  /** In seconds since 1970; null where it says no time zone. */
  readonly timestampInSeconds: number | null;
}

/** Throws `truncated`, `malformed`, and `unsupported` for a dump of a kind that is not read. */
export function readHeader(disk: Disk): SadumpHeader {
  const { file, blockInBytes } = disk;
  const fileOffset = disk.start + blockInBytes * (1 + (disk.set?.blocks ?? 0));
  const bytes = readExactly(file, fileOffset, headerInBytes, structure);
  if (!hasAt(bytes, 0, partSignature)) {
    throw malformed(structure, fileOffset, 'signature', 'sadump', 'other bytes');
  }
  const view = new StructView(bytes, 'little', structure, fileOffset);
  const fields = fieldsIn(view);
  check(file.name, fields, fileOffset, blockInBytes);
  return { fileOffset, fields, blockInBytes, timestampInSeconds: secondsOf(view) };
}

function fieldsIn(view: StructView): Map<string, HeaderValue> {
  const fields = new Map<string, HeaderValue>();
  const isWide = view.uint32(8) >= 1;
  for (const { name, offset, sizeInBytes } of [...headerFields, ...(isWide ? wideFields : [])]) {
    fields.set(name, sizeInBytes === 8 ? view.uint64(offset) : view.uint32(offset));
  }
  return fields;
}

function check(
  file: string,
  fields: ReadonlyMap<string, HeaderValue>,
  fileOffset: number,
  blockInBytes: number,
): void {
  const size = Number(fields.get('block_size'));
  if (size !== blockInBytes || size < 4096) {
    throw malformed(structure, fileOffset, 'block_size', `${blockInBytes}, at least 4096`, size);
  }
  if (fields.get('compress') !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file} is a compressed sadump dump`,
      advice: 'turn it into a KDUMP file: makedumpfile -c -d 0 -x VMLINUX FILE DUMP',
    });
  }
}

/** Source: UEFI specification, EFI_TIME: local time is UTC less the zone's minutes. */
function secondsOf(view: StructView): number | null {
  const year = view.uint16(timestampAt);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = view.slice(timestampAt + 2, 5);
  const zone = (view.uint16(timestampAt + 12) << 16) >> 16;
  const isTime = year >= 1998 && month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60;
  return isTime && Math.abs(zone) <= 1440
    ? Date.UTC(year, month - 1, day, hour, minute + zone, second) / 1000
    : null;
}

import { type ByteSource, checkInside, VmcorekitError } from '@vmcorekit/core';
import { differs, readLocalHeader } from './local-header.ts';
import { flag, type ZipMember } from './member.ts';

export const method = { stored: 0, deflate: 8 } as const;
/** Source: PKWARE, APPNOTE.TXT, 4.4.5. */
const otherMethods: Readonly<Record<number, string>> = {
  1: 'shrunk',
  6: 'imploded',
  9: 'deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  94: 'MP3',
  95: 'xz',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
  99: 'AES',
};

/** The stretch of the file that holds a member, packed or not. */
export interface MemberData {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the data of a member, after its own header. `limit` is where the next member begins, or the
 * list. Throws `unsupported` for what is not read, and `malformed` where the header contradicts the
 * list, or the data reach over the limit.
 */
export function dataOf(file: ByteSource, member: ZipMember, limit: number): MemberData {
  refuseOther(file, member);
  const { headerOffset, name, packedInBytes } = member;
  const { member: own, dataAt } = readLocalHeader(file, headerOffset);
  if (own.name !== name) {
    throw differs(headerOffset, 'name', `${name}, as the central directory has it`, own.name);
  }
  if (own.method !== member.method) {
    const wanted = `${member.method}, as the central directory has it`;
    throw differs(headerOffset, 'method', wanted, own.method);
  }
  checkInside(file, dataAt, packedInBytes, `${name} in the zip archive`);
  const end = dataAt + packedInBytes;
  if (end > limit) {
    throw differs(headerOffset, 'end of its data', `at most ${limit}, where others begin`, end);
  }
  return { start: dataAt, end };
}

function refuseOther(file: ByteSource, { name, flags, method: given }: ZipMember): void {
  const what = `${name} in ${file.name}`;
  if ((flags & flag.encrypted) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${what} is encrypted`,
      advice: 'unpack it first with its password: 7z x FILE',
      holds: 'files',
    });
  }
  if (given !== method.stored && given !== method.deflate) {
    const called = otherMethods[given];
    throw new VmcorekitError('unsupported', {
      what: `${what} is compressed by method ${given}${called === undefined ? '' : ` (${called})`}`,
      advice: 'unpack it first: 7z x FILE',
      holds: 'files',
    });
  }
}

import {
  type ByteSource,
  CachedSource,
  type Damage,
  isVmcorekitError,
  type Progress,
} from '@vmcorekit/core';
import { type LocalHeader, readLocalHeader } from './local-header.ts';
import { checkCount, headersPerStep, type ZipMember, type ZipMembers } from './member.ts';

/**
 * The files of an archive whose end is missing, by the headers before their data. The last one may
 * be cut, and has all that is left of the file where its header states no size. Throws where there
 * is no first one.
 */
export function* walkLocalHeaders(file: ByteSource): Generator<Progress, ZipMembers, void> {
  const cached = new CachedSource(file);
  const members: ZipMember[] = [];
  let at = 0;
  for (let headers = 0; at < file.sizeInBytes; headers++) {
    if (headers % headersPerStep === 0) {
      const fraction = at / file.sizeInBytes;
      yield { kind: 'progress', doing: 'listing a cut zip archive', fraction };
    }
    const read = headerAt(cached, at, headers === 0);
    if (read === undefined) {
      break;
    }
    const { member, dataAt } = read;
    checkCount(headers, at);
    const rest = file.sizeInBytes - dataAt;
    const isLast = member.sizeInBytes === null || member.packedInBytes > rest;
    members.push(isLast ? { ...member, packedInBytes: rest, sizeInBytes: null } : member);
    at = isLast ? file.sizeInBytes : dataAt + member.packedInBytes;
  }
  const files = members.filter(({ name }) => !name.endsWith('/'));
  return { members: files, end: file.sizeInBytes, damage: [unfinished(file)] };
}

function headerAt(file: ByteSource, at: number, isFirst: boolean): LocalHeader | undefined {
  try {
    return readLocalHeader(file, at);
  } catch (error) {
    const isEnd = isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed');
    if (isEnd && !isFirst) {
      return undefined;
    }
    throw error;
  }
}

function unfinished(file: ByteSource): Damage {
  return {
    name: 'archive-unfinished',
    loses: 'page',
    detail: `the zip archive has no end record within its ${file.sizeInBytes} bytes, so it is cut; its files are listed by their own headers`,
    fileOffset: file.sizeInBytes,
  };
}

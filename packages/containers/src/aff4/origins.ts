import { isVmcorekitError, type OriginSign, printable, utf8Text } from '@vmcorekit/core';
import type { Aff4Object } from './objects.ts';
import type { Aff4Volume } from './volume.ts';

const proof = 100;
/** The file in which winpmem says what it is, in the folder of the memory. Source: win_pmem.cc. */
const report = 'information.yaml';
const maxReportInBytes: number = 64 << 10;

/** Which programs captured and wrote a volume, as it says. */
export function originsOf(volume: Aff4Volume, objects: readonly Aff4Object[]): OriginSign[] {
  const memory = objects.find(({ isMemory }) => isMemory);
  const imager = memory === undefined ? undefined : imagerOf(volume, memory.urn);
  return [
    ...signOf('writtenBy', volume.tool ?? '', 'version.txt'),
    ...signOf('capturedBy', imager ?? '', report),
  ];
}

function signOf(axis: OriginSign['axis'], program: string, file: string): OriginSign[] {
  const who = /^[\w.+-]{1,40}/.exec(program)?.[0].toLowerCase();
  const because = `${file} names ${printable(program.slice(0, 100))}`;
  return who === undefined ? [] : [{ axis, who, score: proof, because, at: [] }];
}

/** Undefined where the volume has no such file, or a damaged one. */
function imagerOf(volume: Aff4Volume, urn: string): string | undefined {
  const name = volume.memberOf(`${urn}/${report}`);
  if (name === undefined) {
    return undefined;
  }
  try {
    const text = utf8Text(volume.archive.readWhole({ name }, maxReportInBytes));
    return /^Imager:[ \t]*["']?([^\r\n"']+)/m.exec(text)?.[1];
  } catch (error) {
    if (isVmcorekitError(error, 'malformed') || isVmcorekitError(error, 'truncated')) {
      return undefined;
    }
    throw error;
  }
}

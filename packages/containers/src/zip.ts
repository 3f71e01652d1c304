import { type Container, hasAt, StructView } from '@vmcorekit/core';
import { windowCodec } from './deflate/open-deflate.ts';
import { endMagic } from './zip/end-record.ts';
import { local } from './zip/member.ts';
import { openArchive } from './zip/open-archive.ts';
import { endsWithDirectory, isProgram } from './zip/self-extracting.ts';

/** Source: PKWARE, APPNOTE.TXT, 4.4.3: 6.3 is the newest. */
const lastVersion = 63;
const lastMethod = 99;

/**
 * zip archives, also of ZIP64. Stored files lie in it as they are; deflated ones are indexed when
 * they are opened. Encrypted ones and other methods are listed, and refused. Source: PKWARE,
 * APPNOTE.TXT.
 */
export const zip: Container = {
  name: 'zip',
  probe(file) {
    const { head } = file;
    if (isProgram(head) && endsWithDirectory(file)) {
      const because = 'a program with a zip archive after it';
      return { because, strength: 'signature', mayBeMemory: true };
    }
    if (hasAt(head, 0, endMagic)) {
      return { because: 'begins with the end of an empty zip archive', strength: 'signature' };
    }
    return hasAt(head, 0, local.magic)
      ? {
          because: 'begins with the header of a file in a zip archive',
          strength: isPlausible(head) ? 'signature' : 'likely',
        }
      : undefined;
  },
  async open(file, context) {
    const codec = await windowCodec(context);
    return openArchive(file, { context, codec, store: await context.scratch() });
  },
};

/** Whether what follows the mark is no other text. */
function isPlausible(head: Uint8Array): boolean {
  if (head.length < local.sizeInBytes) {
    return false;
  }
  const view = new StructView(head, 'little', 'zip local header');
  return (
    view.uint8(local.version) <= lastVersion &&
    view.uint16(local.method) <= lastMethod &&
    view.uint16(local.nameLength) > 0
  );
}

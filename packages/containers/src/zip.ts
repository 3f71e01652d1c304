import {
  type ByteSource,
  type Container,
  type ContainerContents,
  hasAt,
  type Progress,
  StructView,
} from '@vmcorekit/core';
import { windowCodec } from './deflate/open-deflate.ts';
import { type ArchiveTools, ZipArchive } from './zip/archive.ts';
import { readDirectory } from './zip/central-directory.ts';
import { walkLocalHeaders } from './zip/cut-archive.ts';
import { endMagic, findEnd } from './zip/end-record.ts';
import { local } from './zip/member.ts';

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
  probe({ head }) {
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
    return opened(file, { context, codec, store: await context.scratch() });
  },
};

function* opened(
  file: ByteSource,
  tools: ArchiveTools,
): Generator<Progress, ContainerContents, void> {
  const end = findEnd(file);
  const members = yield* end === undefined ? walkLocalHeaders(file) : readDirectory(file, end);
  return new ZipArchive(file, members, tools);
}

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

import {
  type ByteSource,
  type Compressor,
  type Container,
  type ContainerContents,
  magicAt,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, contentsOf } from './contents.ts';
import { ChunkDecoder } from './ewf/chunk-decoder.ts';
import { chunkSource, EwfSource, JoinedSegments } from './ewf/ewf-source.ts';
import { ewfMagic, readSegmentNumber } from './ewf/file-header.ts';
import { chunkInBytes, sectorsInBytes } from './ewf/media.ts';
import { type NamedFile, openBeside, openSet } from './ewf/open-set.ts';
import { placeChunks } from './ewf/place-chunks.ts';
import { readDigests } from './ewf/read-digests.ts';
import { readTables } from './ewf/read-tables.ts';
import { readUnreadSectors } from './ewf/unread-sectors.ts';
import { LostParts } from './lost-parts.ts';
import { namedContainer } from './named-container.ts';

const name = 'ewf';
const isEwf = magicAt(0, ewfMagic);

/**
 * Evidence of EnCase, FTK Imager, SMART and ewfacquire: an image in chunks, in one file or in
 * several. Each chunk is decoded, and its checksum checked, when it is read.
 */
export const ewf: Container = {
  name,
  probe({ head }) {
    const because = isEwf(head);
    return because === undefined ? undefined : { because, strength: 'signature' };
  },
  async open(file, context) {
    const number = readSegmentNumber(file);
    if (number !== 1) {
      throw new VmcorekitError('unsupported', {
        what: `${file.name} is segment ${number} of an EWF set`,
        advice: 'name its first segment, as in NAME.E01: the others are opened beside it',
        // A search through a folder meets the first one too.
        holds: 'files',
      });
    }
    const zlib = await context.compressors.ready('zlib', 'decode');
    return opened(file, context, await openBeside(file, context.companion), zlib);
  },
};

function* opened(
  file: ByteSource,
  context: OpenContext,
  beside: readonly NamedFile[],
  zlib: Compressor,
): Generator<Progress, ContainerContents, void> {
  const set = yield* openSet(file, beside);
  const { media, members, companions } = set;
  checkUnpacked(context, 'EWF volume', media.fileOffset, sectorsInBytes(media));
  const runs = yield* readTables(set);
  const segments = new JoinedSegments(file.name, members);
  const decoder = new ChunkDecoder(zlib, chunkInBytes(media));
  const chunks = placeChunks(
    set,
    runs,
    (segment) => segments.startOf(segment),
    (place, isPacked) => decoder.lengthOf(segments.source, place, isPacked),
  );
  // A set that does not say its size has that of its chunks.
  checkUnpacked(context, 'EWF volume', media.fileOffset, chunks.index.unpackedSizeInBytes);
  const unread = readUnreadSectors(set);
  const stated = readDigests(set);
  const lost = new LostParts([...chunks.lost, ...unread.lost]);
  const contentName = `${name}(${file.name})`;
  const source = chunkSource(contentName, segments, chunks, decoder);
  const content = new EwfSource(contentName, source, lost);
  return contentsOf(file, {
    content,
    damage: [...set.damage, ...chunks.damage, ...unread.damage, ...stated.damage, ...lost.damage()],
    digests: stated.digests,
    owned: {
      [Symbol.dispose]() {
        for (const companion of companions) {
          companion[Symbol.dispose]();
        }
      },
    },
  });
}

/** Files picked out of a file system, not an image. */
export const ewfLogical: Container = namedContainer({
  name: 'ewf-logical',
  summary: 'logical evidence of EnCase (L01 or Lx01): files, not an image of memory',
  advice: 'export the memory image in it with the tool that made it',
  probe: magicAt(0, 'LVF\t\r\n\xff\0', 'LEF2\r\n\x81\0'),
});

/** Source: libewf, "Expert Witness Compression Format 2 (EWF2)". */
export const ewf2: Container = namedContainer({
  name: 'ewf2',
  summary: 'evidence of EnCase 7 (Ex01)',
  advice: 'export it first: ewfexport -f raw -t DUMP FILE',
  probe: magicAt(0, 'EVF2\r\n\x81\0'),
});

import {
  type ByteSource,
  type Container,
  type ContainerContents,
  latin1UntilNul,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { FlattenedSource } from './flattened-source.ts';
import {
  headerSizeInBytes,
  knownType,
  knownVersion,
  signature,
  signatureSizeInBytes,
  typeOffset,
  versionOffset,
} from './layout.ts';
import { readRecords } from './read-records.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';

/**
 * makedumpfile's flattened files, as QEMU writes them by default: of KDUMP and of ELF alike. Opening reads the record heads once.
 * What lies before either is a dump only where its writer put the header first, as makedumpfile and QEMU do and `FlattenedSink` need not.
 * Conditions: `flattened-unfinished` for a file that is cut or still being written, `flattened-damaged` for a record that cannot be.
 */
export const flattenedContainer: Container = {
  name: 'flattened',
  probe({ head }) {
    return latin1UntilNul(head.subarray(0, signatureSizeInBytes)) === signature
      ? { because: `begins with '${signature}', the mark of a flattened file`, strength: 'signature' }
      : undefined;
  },
  async open(source) {
    const header = new StructView(readExactly(source, 0, headerSizeInBytes, 'flattened header'), 'big', 'flattened header');
    const type = header.int64(typeOffset);
    const version = header.int64(versionOffset);
    if (type !== knownType || version !== knownVersion) {
      throw new VmcorekitError('unsupported', {
        what: `flattened file of type ${type}, version ${version}`,
        advice: 'turn it into a plain dump with the makedumpfile that wrote it: makedumpfile -R DUMP < FILE',
      });
    }
    return contentsOf(source);
  },
};

function* contentsOf(source: ByteSource): Generator<Progress, ContainerContents, void> {
  const { records, damage } = yield* readRecords(source);
  const pieces = resolveOverlaps(records);
  const sizeInBytes = pieces.length === 0 ? 0 : (pieces.ends[pieces.length - 1] ?? 0);
  return {
    entries: [{ name: '', sizeInBytes }],
    open: () => new FlattenedSource(source, pieces),
    damage,
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

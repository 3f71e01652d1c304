import {
  type ByteSink,
  type ByteSource,
  type DumpImage,
  type DumpWriter,
  type FileChange,
  type FormatContext,
  imageToWrite,
  type OutputKind,
  type PatchOptions,
  type Progress,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { romFilter } from '../filters/rom-filter.ts';
import { flattenedContainer } from '../flattened/flattened-container.ts';
import { isFlattened, overridingRecords } from '../in-place/overriding-records.ts';
import { planChanges } from '../in-place/plan-changes.ts';
import { describe } from './compose-header.ts';
import { pageCompressionOf, writeDump } from './write-dump.ts';

/**
 * Writes plain KDUMP files of version 6, in the image's word size and byte order, or those of the
 * machine asked for. Writes a flattened file where asked, or where the sink is sequential.
 */
export class KdumpWriter implements DumpWriter {
  readonly kinds: readonly OutputKind[] = [
    {
      name: 'kdump',
      summary: 'a KDUMP file',
      endings: ['.kdump'],
      compressesPages: true,
      statesPhysBase: true,
    },
    {
      // When such a file is opened, it is in this container.
      name: flattenedContainer.name,
      summary: 'a flattened KDUMP file',
      endings: ['.flat', '.flattened'],
      isSequential: true,
      // Source: drgn pull request 366 (libkdumpfile 0.5.3); makedumpfile's man page, -R.
      limits:
        'makedumpfile, drgn, and libkdumpfile before 0.5.3 cannot open a flattened file; `vmcorekit convert FLATTENED OUT` or ' +
        '`makedumpfile -R OUT < FLATTENED` unpacks it',
      compressesPages: true,
      statesPhysBase: true,
    },
  ];
  readonly patchFilters: readonly string[] = [romFilter.name];

  async write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>> {
    return this.writeSplit(image, [sink], options, context);
  }

  async writeSplit(
    image: DumpImage,
    sinks: readonly ByteSink[],
    options: WriteOptions,
    context: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>> {
    const described = imageToWrite(image, options, context.architectures);
    const fields = describe(described, options, context.architectures);
    const compression = await pageCompressionOf(options.compression ?? 'zlib', context);
    return writeDump(described, sinks, options, fields, compression);
  }

  /**
   * Changes a plain file by its fields, and a flattened one by records that override. Throws
   * `unsupported` where that is impossible.
   */
  patch(
    image: DumpImage,
    contents: ByteSource,
    file: ByteSource,
    options: PatchOptions,
  ): FileChange[] {
    const changes = planChanges(image, contents, options);
    return isFlattened(file) ? overridingRecords(file, changes) : changes;
  }
}

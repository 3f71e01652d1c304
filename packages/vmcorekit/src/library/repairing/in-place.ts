import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Dump,
  type FileChange,
  isUrl,
  type PageFilter,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import {
  changeFile,
  encodeUndoRecord,
  FileSource,
  OutputFile,
  PartlyChangedError,
} from '@vmcorekit/node';
import { headersText } from '@vmcorekit/report';
import { type RepairPlan, writeOptionsOf } from './plan-repair.ts';

/** Changes of one file's bytes, and its size before. */
export interface InPlaceRepair {
  readonly path: string;
  readonly sizeInBytes: number;
  readonly changes: readonly FileChange[];
}

/**
 * The exact bytes that repair a dump in place, as its format plans them. Throws `unsupported` if
 * the dump cannot be repaired in place.
 */
export async function planInPlace(
  toolkit: Toolkit,
  { files, container, image }: Dump,
  plan: RepairPlan,
  filters: readonly PageFilter[],
): Promise<InPlaceRepair> {
  const [path = '', ...others] = files;
  const isWrapped =
    container !== null && !toolkit.outputKinds.some(({ name }) => name === container);
  if (others.length > 0 || isWrapped) {
    throw new VmcorekitError('unsupported', {
      what: 'changing this dump in place',
      advice: 'write a new file instead',
    });
  }
  if (isUrl(path)) {
    throw new VmcorekitError('unsupported', {
      what: 'changing a dump on a server in place',
      advice: 'write a new file instead',
    });
  }
  if (plan.machine !== null) {
    const { wordSizeInBits } = image;
    const old = headersText(plan.machine.byteOrder === undefined ? { wordSizeInBits } : image);
    throw new VmcorekitError('unsupported', {
      what: `changing the ${old} of this file to ${headersText(plan.machine)} of ${plan.machine.architecture} in place`,
      advice: 'write a new file instead',
    });
  }
  if (plan.pageSizeInBytes !== null) {
    const { pageSizeInBytes } = image.memory;
    throw new VmcorekitError('unsupported', {
      what: `changing the blocks of this file from ${pageSizeInBytes} bytes to the kernel's page size, ${plan.pageSizeInBytes}, in place`,
      advice: 'write a new file instead: libkdumpfile and drgn read no memory in other blocks',
    });
  }
  using identified = await toolkit.identify(new FileSource(path));
  if (identified.containers.length > 1) {
    throw new VmcorekitError('unsupported', {
      what: 'changing a dump in a container within another container',
      advice: 'write a new file instead',
    });
  }
  using file = new FileSource(path);
  const changes = toolkit.planPatch(image, identified.source, file, {
    ...writeOptionsOf(plan),
    filters,
  });
  return { path, sizeInBytes: file.sizeInBytes, changes };
}

/**
 * Writes the undo file first, then changes the dump. If the change fails, the undo file stays only
 * if it is needed. Throws `io`.
 */
export function repairInPlace(
  { path, sizeInBytes, changes }: InPlaceRepair,
  undoPath: string | undefined,
): void {
  if (undoPath !== undefined) {
    using file = new OutputFile(undoPath);
    file.writeAt(0, Buffer.from(encodeUndoRecord({ file: resolve(path), sizeInBytes, changes })));
    file.commit();
  }
  try {
    changeFile(path, changes);
  } catch (error) {
    throw undoPath === undefined ? error : failureBeside(undoPath, error);
  }
}

/**
 * The error of a change that failed. If nothing was changed, removes the undo file, because the
 * next attempt would refuse to replace it.
 */
function failureBeside(undoPath: string, error: unknown): unknown {
  if (error instanceof PartlyChangedError) {
    const { file, because } = error.facts;
    return new PartlyChangedError(
      'io',
      { file, because: `${because}; ${undoPath} keeps it` },
      { cause: error },
    );
  }
  rmSync(undoPath, { force: true });
  return error;
}

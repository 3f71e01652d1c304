import { type Dump, type PageFilter, VmcorekitError, type WriteOptions } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { writableKinds } from './output-kind.ts';

/** The page sizes that a new file may have: those that KDUMP and its readers know. */
export const pageSizes: readonly number[] = [4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144];

/** The page size to write: what was asked for, else what is stated. Throws `usage`. */
export function pageSizeToWrite(
  dump: Pick<Dump, 'vmcoreinfo' | 'architecture'>,
  asked: number | undefined,
): Pick<WriteOptions, 'pageSizeInBytes'> {
  if (asked === undefined) {
    return statedPageSize(dump);
  }
  if (!pageSizes.includes(asked)) {
    throw new VmcorekitError('usage', {
      what: 'pageSizeInBytes',
      got: String(asked),
      allowed: `one of ${pageSizes.join(', ')}`,
    });
  }
  return { pageSizeInBytes: asked };
}

/**
 * The page size that the file's VMCOREINFO states, where the architecture has such pages. Undefined
 * elsewhere. libkdumpfile and drgn take the size that VMCOREINFO states, so they cannot read QEMU's
 * blocks of 64 KiB for a kernel with pages of 4 KiB.
 */
export function statedPageSize({
  vmcoreinfo,
  architecture,
}: Pick<Dump, 'vmcoreinfo' | 'architecture'>): Pick<WriteOptions, 'pageSizeInBytes'> {
  const pageSizeInBytes = vmcoreinfo?.pageSizeInBytes;
  return pageSizeInBytes !== undefined && architecture?.pageSizesInBytes.includes(pageSizeInBytes)
    ? { pageSizeInBytes }
    : {};
}

/** The filters, looked up if given by name. Throws `unknown-name`. */
export function filtersOf(
  { registry }: Toolkit,
  exclude: readonly (string | PageFilter)[] = [],
): PageFilter[] {
  return exclude.map((each) =>
    typeof each === 'string' ? registry.named('pageFilters', each) : each,
  );
}

/**
 * The kind of that name, else the one that `usual` gives. Throws `unknown-name`, and `unsupported`
 * if nothing can be written.
 */
export function kindAsked(
  toolkit: Toolkit,
  asked: string | undefined,
  usual: () => WritableKind | undefined,
): WritableKind {
  const kinds = writableKinds(toolkit);
  const kind = asked === undefined ? usual() : kinds.find(({ name }) => name === asked);
  if (kind !== undefined) {
    return kind;
  }
  throw asked === undefined
    ? new VmcorekitError('unsupported', {
        what: 'writing a dump',
        advice: 'add a plug-in with a writer',
      })
    : new VmcorekitError('unknown-name', {
        kind: 'kind of file',
        name: asked,
        known: kinds.map(({ name }) => name),
      });
}

import {
  type ByteSink,
  type CompressionMethod,
  type Dump,
  type PageFilter,
  VmcorekitError,
  type WriteOptions,
} from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import type { WrittenDump } from '@vmcorekit/report';
import type { WorkOptions } from '../work-options.ts';
import { kindByName, writableKinds } from './output-kind.ts';
import { FileOutput, Outputs } from './outputs.ts';
import { inputAmong } from './same-file.ts';
import { pageEncoders, writeDump } from './write-dump.ts';

/** A path or a sink, or several for the parts of a split dump. */
export type DumpOutput = string | ByteSink | readonly string[] | readonly ByteSink[];

/** How a new file is written. */
export interface NewFileOptions extends WorkOptions {
  /**
   * `kdump`, `elf`, `flattened`, `lime`, or a kind of a plug-in; default by the output's name, else
   * `kdump`.
   */
  readonly kind?: string;
  /** Page filters, in order: names (`zero`, `rom`, a plug-in's), or your own. */
  readonly exclude?: readonly (string | PageFilter)[];
  /** Replaces files that exist. */
  readonly replace?: boolean;
  /** Threads that encode pages, including the caller's; default 1. */
  readonly workers?: number;
}

export interface ConvertOptions extends NewFileOptions {
  /** How KDUMP pages are compressed; default zlib. */
  readonly compression?: CompressionMethod | 'none';
  /**
   * The page size of the new file, a power of two from 4096 to 262144; default what the dump's
   * VMCOREINFO states, else the dump's.
   */
  readonly pageSizeInBytes?: number;
}

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

/** The kind for an output by its name; a sink has none. */
export function kindFor(toolkit: Toolkit, output: DumpOutput): WritableKind | undefined {
  return kindByName(toolkit, nameOf(output));
}

/** The path of the first file; empty for a sink, which has none. */
export function nameOf(output: DumpOutput): string {
  const [first] = outputsOf(output);
  return typeof first === 'string' ? first : '';
}

/**
 * Writes a dump to files or to the caller's sinks. Either all files appear or none. Throws `usage`
 * for an output that is the input, `io`, what the writer throws, and the signal's reason.
 */
export async function writeNewFile(
  toolkit: Toolkit,
  { image, files: inputs }: Dump,
  output: DumpOutput,
  kind: WritableKind,
  options: WriteOptions,
  { replace = false, workers = 1, exclude, signal, onProgress }: NewFileOptions,
): Promise<WrittenDump> {
  const outputs = outputsOf(output);
  const paths = outputs.filter((each) => typeof each === 'string');
  const own = inputAmong(inputs, paths);
  if (own !== undefined) {
    throw new VmcorekitError('usage', {
      what: 'the output',
      got: own,
      allowed: 'another file than the input, which is never changed',
    });
  }
  const whole = {
    ...options,
    filters: filtersOf(toolkit, exclude),
    pageEncoder: pageEncoders(workers),
  };
  const driving = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  signal?.throwIfAborted();
  if (paths.length === outputs.length) {
    using opened = new Outputs(
      paths,
      (path) => new FileOutput(path, { mayReplace: replace, signal }),
    );
    return await writeDump(toolkit, image, opened, kind, whole, driving);
  }
  const sinks = outputs.filter((each) => typeof each !== 'string');
  const [sink] = sinks;
  const target = sinks.length === 1 && sink !== undefined ? sink : sinks;
  const report = await toolkit.write(
    image,
    kind.format,
    target,
    { ...whole, kind: kind.name },
    driving,
  );
  return { kind: kind.name, files: [], report };
}

function outputsOf(output: DumpOutput): readonly (string | ByteSink)[] {
  return typeof output === 'string' || !('length' in output) ? [output] : output;
}

import {
  type ByteSink,
  type CompressionMethod,
  type Dump,
  type LocatedKernel,
  type PageFilter,
  VmcorekitError,
  type WriteOptions,
} from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import type { WrittenDump } from '@vmcorekit/report';
import type { WorkOptions } from '../work-options.ts';
import { machineFound } from './machine-found.ts';
import { filtersOf, kindAsked, pageSizeToWrite } from './new-file.ts';
import { kindByName } from './output-kind.ts';
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

/** Writes the same dump as a file of a kind. `kernel` is where the search found one, else null. */
export async function writeConverted(
  toolkit: Toolkit,
  dump: Dump,
  kernel: LocatedKernel | null,
  output: DumpOutput,
  options: ConvertOptions,
): Promise<WrittenDump> {
  const kind = kindAsked(toolkit, options.kind, () => kindByName(toolkit, nameOf(output)));
  const { compression, pageSizeInBytes } = options;
  const write = {
    ...(compression === undefined ? {} : { compression }),
    ...pageSizeToWrite(dump, pageSizeInBytes),
    ...machineFound(toolkit, dump, kernel),
  };
  return await writeNewFile(toolkit, dump, output, kind, write, options);
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

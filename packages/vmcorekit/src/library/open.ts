import {
  type ByteSource,
  describeThrown,
  type IndexCache,
  type KernelCache,
  type Plugin,
  VmcorekitError,
} from '@vmcorekit/core';
import type { IdentifiedSource, OpenedFile } from '@vmcorekit/engine';
import { createDefaultToolkit } from './default-toolkit.ts';
import { OpenedDump } from './opened-dump.ts';
import type { WorkOptions } from './work-options.ts';

export interface OpenOptions extends WorkOptions {
  /** Your own plug-ins, after those that come with vmcorekit. */
  readonly plugins?: readonly Plugin[];
  /** The format to open the files with, by its name, like `raw`; default by what they look like. */
  readonly format?: string;
  /**
   * Keeps kernels' types and symbols between runs, compared with the dump in some pages before use:
   * one of `userKernelCache`, or your own. Only for dumps that you trust. Left out, nothing is
   * kept.
   */
  readonly kernelCache?: KernelCache | undefined;
  /**
   * Keeps indexes of gzip, zlib, zip and flattened files between runs: one of `userIndexCache`, or
   * your own. They hold parts of the memory in the file. Left out, nothing is kept.
   */
  readonly indexCache?: IndexCache | undefined;
  /** How much may be fetched of dumps on servers. Left out, there is no limit. */
  readonly maxTransferInBytes?: number | undefined;
}

/**
 * A path, `FILE//ENTRY` for a file in a container, `FILE@ADDRESS` for raw memory at an address
 * (also `FILE@ADDRESS,FILE@ADDRESS`), `BASE+DIFF` for raw memory and its layers, an address whose
 * scheme a plug-in opens, or the bytes.
 */
export type DumpInput = string | ByteSource;

/**
 * Opens a dump: one file, or all parts of a split one in any order. Reads no configuration. Takes
 * over the sources, also when it throws: `io`, `unknown-format`, `choose-entry`, `truncated`,
 * `malformed`, `unsupported`, `usage` for no input, `contract` for parts of different dumps,
 * `name-clash` of plug-ins, and the signal's reason.
 */
export async function open(
  input: DumpInput | readonly DumpInput[],
  options: OpenOptions = {},
): Promise<OpenedDump> {
  const inputs = (Array.isArray(input) ? input : [input]) as readonly DumpInput[];
  const waiting: Disposable[] = inputs.filter(isSource);
  try {
    const [unusable] = inputs
      .filter((each) => typeof each !== 'string' && !isSource(each))
      .map(describeThrown);
    if (inputs.length === 0 || unusable !== undefined) {
      throw new VmcorekitError('usage', {
        what: 'a dump to open',
        got: unusable ?? 'nothing',
        allowed: 'a path, a ByteSource (BufferSource holds bytes), or the parts of a split dump',
      });
    }
    const toolkit = createDefaultToolkit(options.plugins, options);
    const files: (Partial<OpenedFile> & Pick<OpenedFile, 'source'>)[] = [];
    for (const each of inputs) {
      if (typeof each === 'string') {
        const file = await toolkit.openFile(each, options);
        waiting.push(file.source);
        files.push(file);
      } else {
        files.push({ source: each });
      }
    }
    const parts: IdentifiedSource[] = [];
    for (const { source, ...named } of files) {
      options.signal?.throwIfAborted();
      waiting.splice(waiting.indexOf(source), 1);
      const { format } = options;
      const part = await toolkit.identify(source, { ...named, format, ...workOf(options) });
      waiting.push(part);
      parts.push(part);
    }
    waiting.splice(0);
    const dump = await toolkit.openIdentified(parts, workOf(options));
    const isOfFiles = inputs.every((each) => typeof each === 'string');
    return new OpenedDump(toolkit, dump, {
      isOfFiles,
      hasOwnPlugins: (options.plugins ?? []).length > 0,
    });
  } catch (error) {
    for (const each of waiting) {
      each[Symbol.dispose]();
    }
    throw error;
  }
}

/** A JavaScript caller may pass anything. */
function isSource(input: unknown): input is ByteSource {
  return (
    typeof input === 'object' &&
    input !== null &&
    'readInto' in input &&
    'sizeInBytes' in input &&
    Symbol.dispose in input
  );
}

function workOf({ signal, onProgress }: WorkOptions): WorkOptions {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

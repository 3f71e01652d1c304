import {
  type ByteSource,
  CountingSource,
  type DumpTransfer,
  type VmcorekitError,
} from '@vmcorekit/core';

/**
 * Counts the bytes read from all files of one dump, below caches and containers: what is requested
 * from the files themselves.
 */
export class ReadCounter {
  readonly #sources: CountingSource[] = [];

  get bytesRead(): number {
    return this.#sources.reduce((sum, source) => sum + source.bytesRead, 0);
  }

  /** What was fetched for those that came over a network; undefined where none did. */
  get transfer(): DumpTransfer | undefined {
    return sumOf(
      this.#sources.map(({ transfer, sizeInBytes }) =>
        transfer === undefined ? undefined : { ...transfer, filesInBytes: sizeInBytes },
      ),
    );
  }

  /** The first error of a read of any of them; null while none failed. */
  get failure(): VmcorekitError | null {
    return this.#sources.find(({ failure }) => failure !== null)?.failure ?? null;
  }

  /** The same file, with its reads counted. */
  counted(source: ByteSource): ByteSource {
    const counting = new CountingSource(source);
    this.add(counting);
    return counting;
  }

  /** Adds a file whose reads were counted so far. */
  add(source: CountingSource): void {
    this.#sources.push(source);
  }
}

/** Undefined where nothing came over a network. Files of one budget have the same left. */
export function sumOf(transfers: readonly (DumpTransfer | undefined)[]): DumpTransfer | undefined {
  const [first, ...others] = transfers.filter((transfer) => transfer !== undefined);
  return first === undefined
    ? undefined
    : {
        ...first,
        requests: others.reduce((sum, { requests }) => sum + requests, first.requests),
        bytesFetched: others.reduce((sum, each) => sum + each.bytesFetched, first.bytesFetched),
        filesInBytes: others.reduce((sum, each) => sum + each.filesInBytes, first.filesInBytes),
      };
}

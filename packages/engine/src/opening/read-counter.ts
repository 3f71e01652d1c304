import {
  type ByteSource,
  CountingSource,
  type Transfer,
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
  get transfer(): Transfer | undefined {
    return sumOf(this.#sources.map(({ transfer }) => transfer));
  }

  /** The first error of a read of any of them; null while none failed. */
  get failure(): VmcorekitError | null {
    return this.#sources.find(({ failure }) => failure !== null)?.failure ?? null;
  }

  /** The same file, with its reads counted. */
  counted(source: ByteSource): ByteSource {
    const counting = new CountingSource(source);
    this.#sources.push(counting);
    return counting;
  }
}

/** Undefined where nothing came over a network. */
export function sumOf(transfers: readonly (Transfer | undefined)[]): Transfer | undefined {
  const remote = transfers.filter((transfer) => transfer !== undefined);
  return remote.length === 0
    ? undefined
    : {
        requests: remote.reduce((sum, { requests }) => sum + requests, 0),
        bytesFetched: remote.reduce((sum, { bytesFetched }) => sum + bytesFetched, 0),
      };
}

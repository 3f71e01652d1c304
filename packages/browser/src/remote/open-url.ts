import { shownName, type TransferBudget, VmcorekitError } from '@vmcorekit/core';
import {
  blockSizeInBytes,
  changeBetween,
  Fault,
  MissingError,
  openingError,
  type Pinned,
  RemoteSource,
  urlBeside,
} from '@vmcorekit/source-http/reading';
import { NetworkFault } from './network-fault.ts';
import { RangeReader, type RangeReaderOptions } from './range-reader.ts';
import { WaitingFetcher } from './waiting-fetcher.ts';
import { PolicyWatch, whyUnreadable } from './why-unreadable.ts';

export interface UrlOptions extends Pick<RangeReaderOptions, 'account' | 'patience'> {
  /** What may be fetched; a read that would need more throws `transfer-limit`. */
  readonly budget?: TransferBudget | undefined;
  /** The version that was read before, where another one must not be opened. */
  readonly pinned?: Pinned | undefined;
  /** Hears when a request begins, which nothing interrupts, and when it has ended. */
  readonly onWait?: ((isWaiting: boolean) => void) | undefined;
}

/**
 * Opens a file on a server by its address, only in a worker: no other place of a browser reads
 * synchronously. Its name is `https://HOST/PATH`: query, user and password are secrets. Throws
 * `io`, a `MissingError` for a file that the server does not give to this page, and
 * `transfer-limit`.
 */
export async function openUrl(url: string, options: UrlOptions = {}): Promise<RemoteSource> {
  const { budget, onWait } = options;
  const name = shownName(url);
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const problem = problemOf(address);
  if (address === undefined || problem !== undefined) {
    throw new VmcorekitError('io', { file: name, because: problem ?? '' });
  }
  if (budget?.spend(blockSizeInBytes) === false) {
    throw new VmcorekitError('transfer-limit', { file: name, limitInBytes: budget.limitInBytes });
  }
  const reader = new RangeReader(address, options);
  using policy = new PolicyWatch();
  try {
    const { pinned, head } = await reader.open(blockSizeInBytes);
    const change = options.pinned === undefined ? undefined : changeBetween(options.pinned, pinned);
    if (change !== undefined) {
      throw new Fault(change, 'changed');
    }
    const transfer = { ...reader.traffic };
    const fetcher = new WaitingFetcher(reader, onWait);
    return new RemoteSource(fetcher, { name, id: 0, pinned, head, transfer, budget });
  } catch (error) {
    if (error instanceof NetworkFault) {
      const because = await whyUnreadable(address, policy, globalThis.location);
      throw openingError(name, { because, kind: 'missing' });
    }
    throw error instanceof Fault ? openingError(name, error) : error;
  }
}

/**
 * The file of that name beside another, asked for without the query of its address. Undefined
 * where the server gives no such file to this page.
 */
export async function openUrlBeside(
  url: string,
  name: string,
  options: UrlOptions = {},
): Promise<RemoteSource | undefined> {
  const beside = urlBeside(url, name);
  try {
    return beside === undefined
      ? undefined
      : await openUrl(beside, { ...options, pinned: undefined });
  } catch (error) {
    if (error instanceof MissingError) {
      return undefined;
    }
    throw error;
  }
}

function problemOf(address: URL | undefined): string | undefined {
  if (address === undefined) {
    return 'this is no valid address';
  }
  const { protocol, username, password } = address;
  if (protocol !== 'http:' && protocol !== 'https:') {
    return 'a browser reads only http:// and https:// addresses';
  }
  return username === '' && password === ''
    ? undefined
    : 'a browser sends no user and password from an address: give a signed one';
}

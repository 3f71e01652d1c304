import { type AnswerHead, Fault, type Patience } from '@vmcorekit/source-http/reading';
import { answerHeaders } from './answer-headers.ts';
import { NetworkFault } from './network-fault.ts';

/** An answer whose body has not been read. The caller reads or stops it. */
export interface BegunAnswer extends AnswerHead {
  /** Whether another site than the page's own answered, which chooses what the page may read. */
  readonly isOfOtherSite: boolean;
  /**
   * Reads the body into `target`, and returns how long it is: at most one byte more than `target`.
   * `onBytes` hears of each part. Throws `Fault`.
   */
  read(target: Uint8Array, onBytes: (lengthInBytes: number) => void): Promise<number>;
  stop(): void;
}

/**
 * Sends one GET, and gives the answer when its headers are there: a server may send a whole file
 * where a piece was asked for. Nothing of it is kept on the disk. Throws `Fault`.
 */
export async function beginRange(
  { href, host }: URL,
  headers: Readonly<Record<string, string>>,
  { windowInMilliseconds, leastBytesInWindow }: Patience,
): Promise<BegunAnswer> {
  const controller = new AbortController();
  let slow: Fault | undefined;
  const begin = (look: () => Fault | undefined): ReturnType<typeof setInterval> =>
    setInterval(() => {
      slow ??= look();
      if (slow !== undefined) {
        controller.abort();
      }
    }, windowInMilliseconds);
  const timer = begin(() => new Fault(`${host} does not answer`, 'slow'));
  let response: Response;
  try {
    response = await fetch(href, {
      headers,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    });
  } catch {
    throw slow ?? new NetworkFault(host, 'final');
  } finally {
    clearInterval(timer);
  }
  const read: BegunAnswer['read'] = async (target, onBytes) => {
    let done = 0;
    let before = 0;
    const seconds = windowInMilliseconds / 1000;
    const watch = begin(() => {
      const came = done - before;
      before = done;
      return came < Math.min(leastBytesInWindow, target.length - done)
        ? new Fault(`${host} is too slow: ${came} bytes in ${seconds} s`, 'slow')
        : undefined;
    });
    try {
      const reader = response.body?.getReader();
      for (;;) {
        const { value } = (await reader?.read()) ?? {};
        if (value === undefined) {
          return done;
        }
        const part = value.subarray(0, target.length - done);
        target.set(part, done);
        done += part.length;
        onBytes(value.length);
        if (part.length < value.length) {
          controller.abort();
          return done + 1;
        }
      }
    } catch {
      throw slow ?? new Fault(`${host} cut the connection`, 'again');
    } finally {
      clearInterval(watch);
    }
  };
  return {
    statusCode: response.status,
    headers: answerHeaders((name) => response.headers.get(name)),
    isOfOtherSite: response.type === 'cors',
    read,
    stop: () => controller.abort(),
  };
}

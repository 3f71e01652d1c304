import type { IncomingMessage } from 'node:http';
import { plural } from '@vmcorekit/core';
import { Fault, faultOf } from './fault.ts';
import type { Patience } from './patience.ts';

/**
 * Reads a body into `target`, which it must fill. `onBytes` hears of each part when it is there.
 * Throws `Fault` for a body that ends early or goes on, and for one that hardly moves.
 */
export async function readBody(
  response: IncomingMessage,
  target: Uint8Array,
  host: string,
  onBytes: (lengthInBytes: number) => void,
  patience: Patience,
): Promise<void> {
  let done = 0;
  let doneBefore = 0;
  let slow: Fault | undefined;
  const timer = setInterval(() => {
    if (done - doneBefore < Math.min(patience.leastBytesInWindow, target.length - done)) {
      const seconds = patience.windowInMilliseconds / 1000;
      slow = new Fault(
        `${host} is too slow: ${plural(done - doneBefore, 'byte')} in ${seconds} s`,
        'slow',
      );
      response.destroy(slow);
    }
    doneBefore = done;
  }, patience.windowInMilliseconds);
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      if (done + chunk.length > target.length) {
        throw new Fault(`${host} sends more bytes than asked for`, 'final');
      }
      target.set(chunk, done);
      done += chunk.length;
      onBytes(chunk.length);
    }
  } catch (error) {
    throw slow ?? faultOf(error, host);
  } finally {
    clearInterval(timer);
  }
  if (done < target.length) {
    throw new Fault(
      `${host} ended an answer early: wanted ${plural(target.length, 'byte')}, got ${done}`,
      'again',
    );
  }
}

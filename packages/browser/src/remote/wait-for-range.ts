import { type AnswerHead, Fault, type Patience } from '@vmcorekit/source-http/reading';
import { answerHeaders } from './answer-headers.ts';
import { NetworkFault } from './network-fault.ts';

/** A request takes one window longer for each of these. */
const bytesPerWindow = 256 * 1024;

/** An answer with its whole body. */
export interface WholeAnswer extends AnswerHead {
  readonly body: Uint8Array;
}

/** Sends one GET and waits for its whole answer. Throws `Fault`. */
export type WaitForRange = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  lengthInBytes: number,
  patience: Patience,
) => WholeAnswer;

/**
 * Waits by a synchronous request, which browsers allow in workers. It sends nothing but an address
 * and headers. Source: XMLHttpRequest Standard, `open` and `responseType`.
 */
export const waitForRange: WaitForRange = (
  url,
  headers,
  lengthInBytes,
  { windowInMilliseconds },
) => {
  const request = new XMLHttpRequest();
  try {
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    request.timeout = windowInMilliseconds * (1 + lengthInBytes / bytesPerWindow);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }
    request.send();
  } catch (error) {
    // Its message may hold the address, which is a secret.
    const isSlow = error instanceof DOMException && error.name === 'TimeoutError';
    const seconds = Math.round(request.timeout / 1000);
    throw isSlow
      ? new Fault(`${url.host} is too slow: no whole answer in ${seconds} s`, 'slow')
      : new NetworkFault(url.host, 'again');
  }
  const { status: statusCode, response } = request;
  return {
    statusCode,
    headers: answerHeaders((name) => request.getResponseHeader(name)),
    body: response instanceof ArrayBuffer ? new Uint8Array(response) : new Uint8Array(),
  };
};

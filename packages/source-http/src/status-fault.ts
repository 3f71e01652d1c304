import { STATUS_CODES } from 'node:http';
import { Fault } from './fault.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What a status other than success means. Its own text is not quoted: it may hold anything. */
export function statusFault(status: number, retryAfter: string | undefined): Fault {
  const said = `(${status}${STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`})`;
  const waitInMilliseconds = parseRetryAfter(retryAfter, Date.now());
  switch (status) {
    case 401:
      return new Fault(
        `the server asks who you are ${said}: give an address that is signed, or https://USER:PASSWORD@HOST/…`,
        'missing',
      );
    case 403:
      return new Fault(
        `the server refuses access ${said}: an address may be signed for a time that is over`,
        'missing',
      );
    case 404:
    case 410:
      return new Fault(`the server has no such file ${said}`, 'missing');
    case 407:
      return new Fault(
        `the proxy asks who you are ${said}: name it as http://USER:PASSWORD@HOST:PORT`,
        'final',
      );
    case 412:
      return new Fault(`the file changed while it was read ${said}`, 'changed');
    case 429:
      return new Fault(`the server has had too many requests ${said}`, 'again', waitInMilliseconds);
    case 408:
    case 425:
    case 500:
    case 502:
    case 503:
    case 504:
      return new Fault(`the server failed ${said}`, 'again', waitInMilliseconds);
    default:
      return new Fault(`the server gives no bytes ${said}`, 'final');
  }
}

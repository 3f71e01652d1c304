import { Fault } from './fault.ts';
import { parseRetryAfter } from './retry-after.ts';

/** Names of the statuses that are met here. Source: RFC 9110, 15; RFC 6585, 4; RFC 8470, 5.2. */
const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  412: 'Precondition Failed',
  416: 'Range Not Satisfiable',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What a status other than success means. Its own text is not quoted: it may hold anything. */
export function statusFault(status: number, retryAfter: string | undefined): Fault {
  const said = `(${status}${names[status] === undefined ? '' : ` ${names[status]}`})`;
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

import { BadRequest } from './bad-request.ts';

/** What a client asks for, and in which form. */
export interface PageRequest {
  /** Without `.json`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: 'html' | 'json';
}

/** Longer ones are no address of ours. */
const maxAddressLength = 2000;

/** Reads a request's target. Throws `BadRequest` if it is none. */
export function readRequest(target: string, accept: string | undefined): PageRequest {
  // An address without a host, so that no target can name one.
  const [, rawPath = '', rawQuery = ''] = /^(\/[^?#]*)(?:\?([^#]*))?$/.exec(target) ?? [];
  if (rawPath === '' || target.length > maxAddressLength) {
    throw new BadRequest(400, 'the address of the request is no address of a page');
  }
  const isFile = rawPath.endsWith('.json');
  return {
    path: isFile ? rawPath.slice(0, -'.json'.length) : rawPath,
    query: new URLSearchParams(rawQuery),
    form: isFile || wantsJson(accept) ? 'json' : 'html',
  };
}

/** Browsers accept HTML, and everything else too. */
function wantsJson(accept = ''): boolean {
  const types = accept.split(',').map((each) => each.split(';', 1)[0]?.trim().toLowerCase());
  return types.includes('application/json') && !types.includes('text/html');
}

import type { IncomingMessage } from 'node:http';
import { Fault, statusFault } from '@vmcorekit/source-http/fetching';
import { regionName } from './endpoint.ts';

/** What S3 says in place of bytes. */
export interface Refusal {
  readonly status: number;
  /** The word that S3 has for it; '' where the answer has none. */
  readonly code: string;
  readonly message: string;
  /** The bucket's region, where S3 names it. */
  readonly region: string | undefined;
  readonly retryAfter: string | undefined;
}

/** S3's are a few hundred bytes; what comes later is not read. */
const maxLengthInBytes = 16 * 1024;
const maxTimeInMilliseconds = 30_000;

/** Credentials that are over, but for which there may be newer ones. */
export const expiredCodes: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
]);

/** Reads a refusal. A body that breaks or never ends says no more than what came of it. */
export async function readRefusal(response: IncomingMessage): Promise<Refusal> {
  const { statusCode: status = 0, headers } = response;
  const parts: Uint8Array[] = [];
  let lengthInBytes = 0;
  const timer = setTimeout(() => response.destroy(), maxTimeInMilliseconds);
  try {
    for await (const part of response as AsyncIterable<Uint8Array>) {
      parts.push(part);
      lengthInBytes += part.length;
      if (lengthInBytes > maxLengthInBytes) {
        break;
      }
    }
  } catch {
    // The status says enough.
  } finally {
    clearTimeout(timer);
  }
  const text = Buffer.concat(parts).subarray(0, maxLengthInBytes).toString('utf8');
  const region = headers['x-amz-bucket-region'] ?? elementOf(text, 'Region');
  return {
    status,
    code: /^[A-Za-z][\w.]{0,63}$/.exec(elementOf(text, 'Code'))?.[0] ?? '',
    message: elementOf(text, 'Message'),
    region: typeof region === 'string' && regionName.test(region) ? region : undefined,
    retryAfter: headers['retry-after'],
  };
}

function elementOf(text: string, name: string): string {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`, start);
  return start < 0 || end < 0 ? '' : text.slice(start + name.length + 2, end).trim();
}

/**
 * The refusal as a sentence. S3's message is quoted only where its code is unknown here, and only
 * if it holds none of the secrets.
 */
export function refusalFault(refusal: Refusal, secrets: readonly string[]): Fault {
  const { status, code, message, retryAfter } = refusal;
  if (code === '') {
    return status >= 300 && status < 400
      ? new Fault(
          `the server redirects (${status}), which S3 does not: check the endpoint`,
          'final',
        )
      : statusFault(status, retryAfter);
  }
  const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  if (known !== undefined) {
    const isMissing = missingCodes.has(code);
    return new Fault(`${known[0]} (${code})${known[1]}`, isMissing ? 'missing' : 'final');
  }
  if (status >= 500 || status === 429 || status === 408 || retriedCodes.has(code)) {
    const { waitInMilliseconds } = statusFault(503, retryAfter);
    return new Fault(`S3 asks to try again (${status} ${code})`, 'again', waitInMilliseconds);
  }
  const isSecret = secrets.some((secret) => secret !== '' && message.includes(secret));
  const quoted = isSecret ? '' : message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
  return new Fault(`S3 refuses (${status} ${code})${quoted === '' ? '' : `: ${quoted}`}`, 'final');
}

const missingCodes: ReadonlySet<string> = new Set(['AccessDenied', 'NoSuchKey', 'NoSuchBucket']);
const retriedCodes: ReadonlySet<string> = new Set(['RequestTimeout', 'SlowDown', 'Throttling']);

/** By S3's code: what is wrong, and what to do. Source: Amazon S3 API reference, errors. */
const sentences: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  AccessDenied: [
    'S3 refuses access',
    '. It says so too of a key that does not exist, if you may not list the bucket',
  ],
  NoSuchKey: ['the bucket has no such key', ''],
  NoSuchBucket: ['there is no such bucket', ''],
  NoSuchVersion: ['the bucket has no such version', ''],
  ExpiredToken: ['the AWS credentials have expired', ': get new ones'],
  ExpiredTokenException: ['the AWS credentials have expired', ': get new ones'],
  TokenRefreshRequired: ['the AWS credentials have expired', ': get new ones'],
  InvalidAccessKeyId: ['S3 knows no such access key', ': check AWS_ACCESS_KEY_ID or the profile'],
  InvalidToken: ['the session token is wrong', ': check AWS_SESSION_TOKEN or the profile'],
  SignatureDoesNotMatch: [
    'the secret access key does not fit the access key',
    ': check AWS_SECRET_ACCESS_KEY or the profile',
  ],
  RequestTimeTooSkewed: ["this machine's clock and that of S3 differ too much", ': set it right'],
  InvalidObjectState: ['the file is archived', ': restore it first'],
  PermanentRedirect: ['the bucket is in another region', ': set AWS_REGION to it'],
  TemporaryRedirect: ['the bucket is in another region', ': set AWS_REGION to it'],
  AuthorizationHeaderMalformed: [
    'the bucket is in another region, or its server wants another',
    ': set AWS_REGION to it',
  ],
};

// S3 on this machine, in a thread: serves a folder as every bucket, by path style. Checks
// signatures with an implementation other than the one that makes them. The bucket says which fault
// to make.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { SignatureV4 } from '@smithy/signature-v4';
import type { S3Account } from './s3-server.ts';

const { folder, account } = workerData as { readonly folder: string; readonly account: S3Account };
/** Requests to each bucket so far, for faults that come later. */
const counts = new Map<string, number>();

class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac(
            'sha256',
            typeof secret === 'string' ? secret : new Uint8Array(secret as ArrayBuffer),
          );
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  reset(): void {
    throw new Error('is not reset');
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

/** Refuses as S3 does, and quotes all that a careless client might print. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

function regionOf(bucket: string): string {
  return bucket === 'elsewhere' ? 'eu-north-1' : 'us-east-1';
}

async function checkSignature(
  request: IncomingMessage,
  path: string,
  bucket: string,
): Promise<void> {
  const { authorization = '' } = request.headers;
  if (bucket === 'public' && authorization === '') {
    return;
  }
  const [, key, region = '', names = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), /.exec(
      authorization,
    ) ?? [];
  if (key === undefined) {
    throw new Refusal(403, 'AccessDenied');
  }
  if (key !== account.accessKeyId) {
    throw new Refusal(403, 'InvalidAccessKeyId');
  }
  if (region !== regionOf(bucket)) {
    throw new Refusal(301, 'PermanentRedirect', { 'x-amz-bucket-region': regionOf(bucket) });
  }
  const headers = Object.fromEntries(
    names.split(';').map((name) => [name, String(request.headers[name])]),
  );
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
  const signer = new SignatureV4({
    credentials: { ...account, sessionToken: account.sessionToken },
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const { headers: wanted } = await signer.sign(
    { method: 'GET', protocol: 'http:', hostname: 'host', path, headers },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  if (headers['x-amz-security-token'] !== account.sessionToken) {
    throw new Refusal(400, 'InvalidToken');
  }
  if (wanted.authorization !== authorization) {
    throw new Refusal(403, 'SignatureDoesNotMatch');
  }
}

const codes: Readonly<Record<string, readonly [status: number, code: string]>> = {
  expired: [400, 'ExpiredToken'],
  denied: [403, 'AccessDenied'],
  skewed: [403, 'RequestTimeTooSkewed'],
  absent: [404, 'NoSuchBucket'],
  odd: [400, 'SomethingOdd'],
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const [, bucket = '', ...parts] = path.split('/');
  const key = decodeURIComponent(parts.join('/'));
  const count = counts.get(bucket) ?? 0;
  counts.set(bucket, count + 1);
  // S3 signs the key as it escapes it itself.
  const escaped = encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  await checkSignature(request, `/${bucket}/${escaped}`, bucket);
  const fault = codes[bucket];
  if (fault !== undefined) {
    throw new Refusal(...fault);
  }
  if (bucket === 'busy' && count % 2 === 1) {
    throw new Refusal(503, 'SlowDown');
  }
  let file: Uint8Array;
  try {
    file = readFileSync(
      join(folder, key.startsWith('odd/') ? key.replace(/^odd\/.*\/\//, '') : key),
    );
  } catch {
    throw new Refusal(404, 'NoSuchKey');
  }
  const etag = `"${createHash('md5').update(file).digest('hex')}"`;
  const { range = '', 'if-match': wanted = etag } = request.headers;
  if (wanted !== etag || (bucket === 'changed' && count > 0)) {
    throw new Refusal(412, 'PreconditionFailed');
  }
  const [, start = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(range)?.map(Number) ?? [];
  const bytes = file.subarray(start, last + 1);
  response.writeHead(206, {
    'content-range': `bytes ${start}-${start + bytes.length - 1}/${file.length}`,
    'content-length': bytes.length,
    etag,
  });
  response.end(bytes);
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const { status, code, headers } = error instanceof Refusal ? error : new Refusal(500, 'Broken');
    const sent = JSON.stringify(request.headers);
    response.writeHead(status, { ...headers, 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>You sent ${sent}</Message></Error>`);
  });
}).listen(0, '127.0.0.1', function (this: { address(): unknown }) {
  parentPort?.postMessage((this.address() as AddressInfo).port, []);
});

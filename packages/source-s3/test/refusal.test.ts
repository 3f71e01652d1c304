import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { readRefusal, refusalFault } from '../dist/refusal.js';

async function refusalOf(
  statusCode: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReturnType<typeof refusalFault>> {
  const response = Object.assign(Readable.from([Buffer.from(body)]), { statusCode, headers });
  return refusalFault(await readRefusal(response as unknown as IncomingMessage), ['SESAME']);
}

function xml(code: string, message = 'words'): string {
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

describe('what S3 refuses', () => {
  it('becomes a sentence by its code, and is missing only where no file is', async () => {
    for (const [status, code, kind, said] of [
      [403, 'AccessDenied', 'missing', 'S3 refuses access (AccessDenied). It says so too of a key'],
      [404, 'NoSuchKey', 'missing', 'the bucket has no such key (NoSuchKey)'],
      [404, 'NoSuchBucket', 'missing', 'there is no such bucket (NoSuchBucket)'],
      [400, 'ExpiredToken', 'final', 'the AWS credentials have expired (ExpiredToken): get new'],
      [403, 'RequestTimeTooSkewed', 'final', "this machine's clock and that of S3 differ"],
      [403, 'SignatureDoesNotMatch', 'final', 'the secret access key does not fit'],
      [503, 'SlowDown', 'again', 'S3 asks to try again (503 SlowDown)'],
      [400, 'RequestTimeout', 'again', 'S3 asks to try again (400 RequestTimeout)'],
      [400, 'constructor', 'final', 'S3 refuses (400 constructor): words'],
    ] as const) {
      const fault = await refusalOf(status, xml(code));
      expect(fault.because).to.contain(said);
      expect(fault.kind, code).to.equal(kind);
    }
  });

  it('is quoted only without secrets, and in a line', async () => {
    expect((await refusalOf(400, xml('Odd', 'one\n\u001b[31mtwo'))).because).to.equal(
      'S3 refuses (400 Odd): one [31mtwo',
    );
    expect((await refusalOf(400, xml('Odd', 'you sent SESAME'))).because).to.equal(
      'S3 refuses (400 Odd)',
    );
  });

  it('is what the status says where there is no code', async () => {
    for (const body of ['', '<html>', xml('<b>'), `<Error>${'x'.repeat(1 << 20)}${xml('Odd')}`]) {
      expect((await refusalOf(403, body)).because).to.contain('refuses access (403 Forbidden)');
    }
    expect((await refusalOf(302, '')).because).to.contain('redirects (302), which S3 does not');
  });

  it('may ask for patience', async () => {
    const fault = await refusalOf(503, xml('SlowDown'), { 'retry-after': '3' });
    expect(fault.waitInMilliseconds).to.equal(3000);
  });
});

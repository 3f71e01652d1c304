import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { S3Client } from '../dist/s3-client.js';
import { withAwsFiles } from './support/aws-files.ts';

interface Asked {
  readonly url: string;
  readonly token: string | undefined;
  readonly scope: string | undefined;
}

/** Asks for a file, and is answered by these; the last one answers all further requests. */
async function asking(
  client: S3Client,
  ...answers: readonly (readonly [status: number, code: string, region?: string])[]
): Promise<{ readonly asked: Asked[]; readonly said: string }> {
  const asked: Asked[] = [];
  const said = await client
    .exchange(new URL('s3://dumps/key'), { range: 'bytes=0-9' }, ({ href }, headers) => {
      const [status = 0, code, region] = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      const token = headers['x-amz-security-token'];
      asked.push({ url: href, token, scope: headers.authorization?.split('/')[2] });
      const response = Object.assign(Readable.from([Buffer.from(`<Code>${code}</Code>`)]), {
        statusCode: status,
        headers: region === undefined ? {} : { 'x-amz-bucket-region': region },
      });
      return Promise.resolve(response as unknown as IncomingMessage);
    })
    .then(
      ({ statusCode }) => `answered ${statusCode}`,
      ({ message }: Error) => message,
    );
  return { asked, said };
}

describe('a request to S3', () => {
  it('is sent once more with fresh credentials where those at hand have expired', async () => {
    await using files = await withAwsFiles({});
    let count = 0;
    const client = new S3Client(files.env, () =>
      Promise.resolve({
        accessKeyId: 'key',
        secretAccessKey: 'secret',
        sessionToken: `${++count}`,
      }),
    );
    const once = await asking(client, [400, 'ExpiredToken'], [206, '']);
    expect([once.said, once.asked.map(({ token }) => token)]).to.deep.equal([
      'answered 206',
      ['1', '2'],
    ]);
    const always = await asking(client, [400, 'ExpiredToken']);
    expect(always.said).to.contain('the AWS credentials have expired (ExpiredToken)');
    expect(always.asked.map(({ token }) => token)).to.deep.equal(['2', '3']);
  });

  it('is not sent once more with the same credentials', async () => {
    await using files = await withAwsFiles({});
    const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { said, asked } = await asking(new S3Client({ ...files.env, ...keys }), [
      400,
      'ExpiredToken',
    ]);
    expect(said).to.contain('have expired');
    expect(asked.length).to.equal(1);
  });

  it('goes to the region that S3 names, as do all later ones, and never in a circle', async () => {
    await using files = await withAwsFiles({});
    const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const client = new S3Client({ ...files.env, ...keys });
    const moved = await asking(client, [301, 'PermanentRedirect', 'eu-north-1'], [206, '']);
    expect(moved.asked.map(({ url, scope }) => [url, scope])).to.deep.equal([
      ['https://dumps.s3.us-east-1.amazonaws.com/key', 'us-east-1'],
      ['https://dumps.s3.eu-north-1.amazonaws.com/key', 'eu-north-1'],
    ]);
    expect((await asking(client, [206, ''])).asked[0]?.scope).to.equal('eu-north-1');
    const circle = await asking(client, [301, 'PermanentRedirect', 'a-1'], [301, '', 'b-2']);
    expect([circle.asked.length, circle.said]).to.deep.equal([
      2,
      'the server redirects (301), which S3 does not: check the endpoint',
    ]);
    const hostile = await asking(client, [301, 'PermanentRedirect', 'x.example.com/']);
    expect([hostile.asked.length, hostile.said]).to.deep.equal([
      1,
      'the bucket is in another region (PermanentRedirect): set AWS_REGION to it',
    ]);
  });
});

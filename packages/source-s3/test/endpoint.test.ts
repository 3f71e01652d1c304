import { expect } from 'chai';
import { placeOf, readEndpoint } from '../dist/endpoint.js';
import { withAwsFiles } from './support/aws-files.ts';

const key = { bucket: 'dumps', key: 'a b/c' };

describe('where a bucket is', () => {
  it('is a host of AWS in its region', async () => {
    await using files = await withAwsFiles({});
    const place = async (env: Record<string, string>, bucket = 'dumps'): Promise<string> =>
      placeOf({ ...key, bucket }, await readEndpoint({ ...files.env, ...env })).href;
    expect(await place({})).to.equal('https://dumps.s3.us-east-1.amazonaws.com/a%20b/c');
    expect(await place({ AWS_DEFAULT_REGION: 'eu-west-1' })).to.contain('dumps.s3.eu-west-1.');
    expect(await place({ AWS_REGION: 'cn-north-1', AWS_DEFAULT_REGION: 'x' })).to.equal(
      'https://dumps.s3.cn-north-1.amazonaws.com.cn/a%20b/c',
    );
    for (const bucket of ['a.b.example', 'Old_Name']) {
      expect(await place({}, bucket)).to.equal(
        `https://s3.us-east-1.amazonaws.com/${bucket}/a%20b/c`,
      );
    }
  });

  it('is a path of the server that the environment names', async () => {
    await using files = await withAwsFiles({});
    for (const [env, href] of [
      [{ AWS_ENDPOINT_URL: 'http://one:9000' }, 'http://one:9000/dumps/a%20b/c'],
      [
        { AWS_ENDPOINT_URL: 'http://one:9000', AWS_ENDPOINT_URL_S3: 'https://u:p@two/s3/' },
        'https://two/s3/dumps/a%20b/c',
      ],
    ] as const) {
      expect(placeOf(key, await readEndpoint({ ...files.env, ...env })).href).to.equal(href);
    }
  });

  it('is what the profile says, also in a section of services', async () => {
    await using files = await withAwsFiles({
      config: [
        '[profile one]\nregion = eu-north-1\nservices = near\nendpoint_url = https://one',
        '[services near]\nec2 =\n  endpoint_url = https://ec2\ns3 =\n  endpoint_url = https://s3',
        '[profile two]\nendpoint_url = https://two # ours',
      ].join('\n'),
    });
    const one = await readEndpoint({ ...files.env, AWS_PROFILE: 'one' });
    expect([one.custom?.href, one.region]).to.deep.equal(['https://s3/', 'eu-north-1']);
    const two = await readEndpoint({ ...files.env, AWS_PROFILE: 'two' });
    expect([two.custom?.href, two.region]).to.deep.equal(['https://two/', 'us-east-1']);
  });

  it('is refused where a name could lead elsewhere', async () => {
    await using files = await withAwsFiles({});
    for (const [env, said] of [
      [{ AWS_REGION: 'x.example.com/' }, 'is no name of a region'],
      [{ AWS_ENDPOINT_URL: 'localhost:9000' }, 'is no address of a server'],
      [{ AWS_ENDPOINT_URL: 'https://host/?secret' }, 'is no address of a server'],
    ] as const) {
      const error = await readEndpoint({ ...files.env, ...env }).then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error?.message).to.contain(said).and.not.to.contain('secret');
    }
  });
});

import { expect } from 'chai';
import { addressOf, besideOf, parseS3Name, urlOf } from '../dist/address.js';

describe('an address of S3', () => {
  it('keeps every character of the key', () => {
    for (const key of [
      'a b/c+d',
      'é/日本/😀',
      "it's (1)*!~",
      '100%/%2F?x#y',
      'a//b',
      '/a',
      'a/',
      'a\\b',
      'a\nb',
    ]) {
      const address = parseS3Name(`s3://bucket/${key}`);
      expect(address).to.deep.equal({ bucket: 'bucket', key });
      expect(addressOf(new URL(urlOf(address)))).to.deep.equal(address);
    }
  });

  it('keeps the capitals of old buckets', () => {
    const address = parseS3Name('S3://My_Bucket/key');
    expect(addressOf(new URL(urlOf(address)))).to.deep.equal({ bucket: 'My_Bucket', key: 'key' });
  });

  it('is refused where it names no file, or could name another one', () => {
    for (const [name, said] of [
      ['s3://bucket', 'wanted s3://BUCKET/KEY'],
      ['s3://bucket/', 'wanted s3://BUCKET/KEY'],
      ['s3:///key', 'wanted s3://BUCKET/KEY'],
      ['s3://user:secret@bucket/key', 'wanted s3://BUCKET/KEY'],
      ['s3://bucket.example.com:80/key', 'wanted s3://BUCKET/KEY'],
      ['s3://bucket/a/../b', "'.' or '..'"],
      ['s3://bucket/./b', "'.' or '..'"],
      ['s3://bucket/\ud800', 'no valid Unicode'],
      ['s3://fast--use1-az4--x-s3/key', 'directory buckets are not read'],
    ] as const) {
      const parsing = expect(() => parseS3Name(name), name);
      parsing.to.throw(said);
      parsing.not.to.throw('secret');
    }
  });

  it('has the other files of its folder beside it, and no others', () => {
    const address = { bucket: 'bucket', key: 'a/dump.vmss' };
    expect(besideOf(address, 'dump.vmem')).to.deep.equal({ bucket: 'bucket', key: 'a/dump.vmem' });
    expect(besideOf({ ...address, key: 'dump' }, 'b')).to.deep.equal({
      bucket: 'bucket',
      key: 'b',
    });
    expect(besideOf(address, '../dump')).to.equal(undefined);
  });
});

import type { ByteSource } from '@vmcorekit/core';
import { MissingError, type RemoteFiles } from '@vmcorekit/source-http';
import { plugin, S3Opener } from '@vmcorekit/source-s3';
import { expect } from 'chai';

describe('the opener of S3', () => {
  const asked: string[] = [];
  const opener = new S3Opener({
    open: (url: string, name: string) => {
      asked.push(url);
      return url.endsWith('.vmem')
        ? Promise.resolve({ name } as ByteSource)
        : Promise.reject(new MissingError('io', { file: name, because: 'it is missing' }));
    },
  } as unknown as RemoteFiles);

  it('opens a companion in the same folder, and finds none where there is none', async () => {
    const url = 's3://dumps/a b/dump.vmss';
    expect((await opener.companion(url, 'du mp.vmem'))?.name).to.equal('s3://dumps/a b/du mp.vmem');
    expect(await opener.companion(url, 'dump.vmsn')).to.equal(undefined);
    expect(await opener.companion(url, '../dump.vmem')).to.equal(undefined);
    expect(asked).to.deep.equal(['s3://dumps/a%20b/du%20mp.vmem', 's3://dumps/a%20b/dump.vmsn']);
  });

  it('stands beside one that names signed addresses for other stores', () => {
    const schemes = (plugin.sources ?? []).flatMap((each) => each.schemes);
    expect(schemes).to.include.members(['s3', 'gs', 'az']);
  });
});

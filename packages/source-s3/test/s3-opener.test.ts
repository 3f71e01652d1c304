import { type ByteSource, type SourceOptions, TransferBudget } from '@vmcorekit/core';
import { MissingError, type RemoteFiles } from '@vmcorekit/source-http';
import { plugin, S3Opener } from '@vmcorekit/source-s3';
import { expect } from 'chai';

describe('the opener of S3', () => {
  const asked: string[] = [];
  const given: (SourceOptions | undefined)[] = [];
  const opener = new S3Opener({
    open: (url: string, name: string, options?: SourceOptions) => {
      asked.push(url);
      given.push(options);
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

  it('gives its files the budget of the command', async () => {
    const options = { budget: new TransferBudget(1000) };
    await opener.open('s3://dumps/dump.vmem', options);
    await opener.companion('s3://dumps/dump.vmss', 'dump.vmem', options);
    expect(given.slice(-2)).to.deep.equal([options, options]);
  });

  it('stands beside one that names signed addresses for other stores', () => {
    const schemes = (plugin.sources ?? []).flatMap((each) => each.schemes);
    expect(schemes).to.include.members(['s3', 'gs', 'az']);
  });
});

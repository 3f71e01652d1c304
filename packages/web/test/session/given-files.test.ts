import { expect } from 'chai';
import { givenFiles } from '../../dist/session/dump/given-files.js';

const address = { url: 'https://user:secret@host/a/dump?token=secret', maxTransferInBytes: 1 };

describe('the files of a request', () => {
  it('are named without the secrets of an address, and come in order', () => {
    const files = [new File([], 'z'), new File([], 'a')];
    expect(givenFiles({ files, address }, undefined).map(({ name }) => name)).to.deep.equal([
      'a',
      'https://host/a/dump',
      'z',
    ]);
  });

  it('on a server are refused with a sentence where no server is reached', async () => {
    const [file] = givenFiles({ files: [], address }, undefined);
    const error = await file?.open().catch((thrown: Error) => thrown.message);
    expect(error).to.equal(
      'https://host/a/dump: plug-ins run where no server is reached: remove them, or download the file first',
    );
    expect(await file?.openBeside('other')).to.equal(undefined);
  });
});

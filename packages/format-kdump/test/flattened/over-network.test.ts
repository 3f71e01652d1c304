import { BufferSource, type ByteRange, type ByteSource, isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import { buildFlattened } from './build-flattened.ts';
import { openFlattened } from './open-flattened.ts';

const pageSize = 4096;
const pagesPerDescriptors = 10;

/** Three times pages, and then their descriptors, as QEMU writes them. */
const file = buildFlattened(
  [0, 1, 2].flatMap((turn) => [
    ...Array.from({ length: pagesPerDescriptors }, (_, page) => ({
      offset: BigInt(0x1_0000 + (turn * pagesPerDescriptors + page) * pageSize),
      bytes: new Uint8Array(pageSize),
    })),
    { offset: BigInt(turn * 240), bytes: new Uint8Array(240) },
  ]),
);

/** A file on a server of which only so much may still be fetched. */
function remote(leftInBytes: number, announced: ByteRange[]): ByteSource {
  const inner = new BufferSource(file, 'FILE');
  return {
    name: 'FILE',
    sizeInBytes: file.length,
    transfer: { requests: 1, bytesFetched: 4096, leftInBytes, limitInBytes: 65536 },
    willRead: (ranges) => void announced.push(...ranges),
    readInto: (offset, target) => inner.readInto(offset, target),
    [Symbol.dispose]: () => {},
  };
}

describe('a flattened file on a server', () => {
  it('is announced while it is indexed, each part once', async () => {
    const announced: ByteRange[] = [];
    await openFlattened(remote(file.length, announced));
    const [first] = announced;
    expect(announced).to.have.lengthOf(1);
    expect(first?.offset).to.equal(4096);
    expect(first?.lengthInBytes).to.be.at.least(file.length - 4096);
  });

  it('has the pages announced before the descriptors that are read', async () => {
    const announced: ByteRange[] = [];
    const { contents } = await openFlattened(remote(file.length, announced));
    announced.splice(0);
    contents.readInto(240, new Uint8Array(24));
    const oneTurn = pagesPerDescriptors * (16 + pageSize) + 16 + 240;
    expect(announced).to.deep.equal([{ offset: 4096 + oneTurn, lengthInBytes: oneTurn }]);
    announced.splice(0);
    contents.readInto(0x1_0000, new Uint8Array(24));
    expect(announced).to.deep.equal([]);
  });

  it('that is larger than what may be fetched is refused, with advice', async () => {
    const refused = await openFlattened(remote(file.length - 4097, [])).catch(
      (error: unknown) => error,
    );
    expect(isVmcorekitError(refused, 'transfer-limit') && refused.message).to.equal(
      'FILE: more than 64 KiB would have to be fetched, the limit (--max-transfer); a flattened ' +
        'file is fetched whole, unless its index lies beside it (vmcorekit index)',
    );
    await openFlattened(remote(file.length - 4096, []));
  });
});

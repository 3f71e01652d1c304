import { VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import type { Configured } from 'vmcorekit/configured';
import { listDumps } from '../../dist/dumps/list-dumps.js';
import { Shelf } from '../../dist/dumps/shelf.js';

const opensNothing: Pick<Configured, 'open'> = {
  async open() {
    throw new VmcorekitError('unsupported', { what: 'this', advice: 'use another' });
  },
};
const shelfOf = (...operands: string[]) => new Shelf(operands, opensNothing as Configured, []);
const work = { signal: new AbortController().signal, onProgress: () => {} };

describe('the shelf', () => {
  // `dump: "vmcore"` was answered of the first.
  it('refuses a name that several dumps have, with their ids', () => {
    const shelf = shelfOf('a/vmcore', 'other', 'b/vmcore');
    expect(() => shelf.named('vmcore')).to.throw(/got 'vmcore', allowed is .*: dump-1, dump-3/);
    expect(shelf.named('other').id).to.equal('dump-2');
    expect(shelf.named('dump-3').id).to.equal('dump-3');
  });

  it('lists more dumps than one part holds, each once', async () => {
    const shelf = shelfOf(...Array.from({ length: 300 }, (_, index) => `file-${index}`));
    const ids: string[] = [];
    let cursor: string | undefined;
    let parts = 0;
    do {
      const { structuredContent = {} } = await listDumps(shelf, work, cursor);
      const { dumps } = structuredContent.data as { dumps: { id: string }[] };
      ids.push(...dumps.map(({ id }) => id));
      cursor = (structuredContent.cursor as string | null) ?? undefined;
    } while (cursor !== undefined && ++parts < 20);
    expect(ids).to.deep.equal(shelf.dumps.map(({ id }) => id));
  });
});

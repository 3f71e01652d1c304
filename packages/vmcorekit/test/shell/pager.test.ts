import { expect } from 'chai';
import { write } from '../../dist/io.js';
import { pagedDestination, pagerOf } from '../../dist/shell/pager.js';
import { MemoryStream } from '../support/run-cli.ts';

const env = { PATH: process.env.PATH };

/** What a terminal of 24 rows shows, where the pager puts a word before what it is given. */
async function shown(text: string, columns = 80): Promise<string> {
  const [stdout, stderr] = [new MemoryStream(columns), new MemoryStream(columns)];
  const { signal } = new AbortController();
  const io = { stdout, stderr, env, folder: process.cwd(), signal };
  const paged = pagedDestination(io, 'echo PAGED; cat');
  for (const line of text.split(/(?<=\n)/)) {
    await write(paged.stdout, line);
  }
  await paged.end(0);
  return stdout.text;
}

describe('the pager of the shell', () => {
  it('gets no answer that fits the terminal', async () => {
    const text = 'line\n'.repeat(23);
    expect(await shown(text)).to.equal(text);
  });

  it('gets all of a longer answer', async () => {
    const text = 'line\n'.repeat(24);
    expect(await shown(text)).to.equal(`PAGED\n${text}`);
  });

  it('gets lines that are wider than the terminal as the rows that they fill', async () => {
    const text = `${'x'.repeat(200)}\n`.repeat(8);
    expect(await shown(text, 80)).to.equal(`PAGED\n${text}`);
    expect(await shown(text, 200)).to.equal(text);
  });

  it('is PAGER, else less or more; none where PAGER is empty or cat', () => {
    expect(pagerOf({ env: { PAGER: 'most -s' } })).to.equal('most -s');
    expect(pagerOf({ env: { PAGER: ' ' } })).to.equal(undefined);
    expect(pagerOf({ env: { PAGER: 'cat', PATH: env.PATH } })).to.equal(undefined);
    expect(pagerOf({ env: { PATH: '/nonexistent' } })).to.equal(undefined);
  });
});

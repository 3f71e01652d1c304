import { expect } from 'chai';
import { OutputError, write } from '../../dist/io.js';
import { pipeTo } from '../../dist/shell/destinations.js';
import { MemoryStream } from '../support/run-cli.ts';

describe('a pipe of the shell', () => {
  it('is a broken pipe at each write after its reader has gone', async () => {
    const [stdout, stderr] = [new MemoryStream(undefined), new MemoryStream(undefined)];
    const { signal } = new AbortController();
    const env = { PATH: process.env.PATH };
    const pipe = pipeTo('exit 1', { stdout, stderr, env, folder: process.cwd(), signal }, env);
    const failures: unknown[] = [];
    while (failures.length < 3) {
      await write(pipe.stdout, 'x'.repeat(100_000)).catch((error) => failures.push(error));
    }
    await pipe.end();
    for (const failure of failures) {
      expect(failure).to.be.instanceOf(OutputError).with.property('isBrokenPipe', true);
    }
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { exitStatus } from '../../dist/exit-status.js';
import { OutputError, write } from '../../dist/io.js';
import { pipeTo } from '../../dist/shell/destinations.js';
import { fileDestination } from '../../dist/shell/file-destination.js';
import { MemoryStream } from '../support/run-cli.ts';

describe('a named pipe as the file of an answer', () => {
  const named = (): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'vmcorekit-pipe-')), 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };

  it('waits for its reader until Ctrl-C', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const interruption = new AbortController();
    const pipe = fileDestination(named(), false, interruption.signal);
    const written = write(pipe.stdout, 'x').catch((error: unknown) => error);
    interruption.abort();
    expect(await written).to.be.instanceOf(OutputError);
    await pipe.end(exitStatus.interrupted);
  });

  it('takes all of an answer from a reader that comes late, and ends with it', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const path = named();
    const pipe = fileDestination(path, false, new AbortController().signal);
    const written = write(pipe.stdout, 'x'.repeat(1_000_000));
    const reader = spawn('sh', ['-c', 'sleep 0.2; wc -c < "$0"', path]);
    await written;
    await pipe.end(exitStatus.answered);
    expect((await text(reader.stdout)).trim()).to.equal('1000000');
  });
});

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
    await pipe.end(0);
    for (const failure of failures) {
      expect(failure).to.be.instanceOf(OutputError).with.property('isBrokenPipe', true);
    }
  });
});

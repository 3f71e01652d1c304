import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesPattern } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';
import { expect } from 'chai';
import { fileServer } from './support/file-server.ts';
import { writeKernelDump } from './support/kernel-dump.ts';
import { s3Server } from './support/s3-server.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const bin = fileURLToPath(new URL('../bin/vmcorekit.cjs', import.meta.url));

describe('the bundled command', () => {
  const { path } = writeKernelDump();
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-bundle-'));
  after(() => rmSync(folder, { recursive: true }));

  /** Each loads a package of its own, some of them WebAssembly beside it. */
  const methods = ['zlib', 'lzo', 'snappy', 'zstd'];

  function expectDone(...args: string[]): void {
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  }

  // A script out of a code cache had no import(): every page that needed a decoder from a file of
  // its own was called corrupt.
  for (const [index, method] of methods.entries()) {
    const before = methods[index - 1];
    it(`loads the codec of ${method}, to write what it reads with that of ${before ?? 'none'}`, () => {
      const input = before === undefined ? path : join(folder, before);
      expectDone('convert', '--compression', method, input, join(folder, method));
    });
  }

  it('has lost nothing through the codecs, and reads with the last of them', () => {
    expectDone('compare', path, join(folder, methods.at(-1) ?? ''));
  });

  it('fetches a dump in a thread of its own', async () => {
    await using server = await fileServer(dirname(path));
    expectDone('info', `${server.url}/${basename(path)}`);
  });

  it('fetches a dump from S3 too', async () => {
    const account = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };
    await using server = await s3Server(dirname(path), account);
    const { stderr, status } = spawnSync(
      process.execPath,
      [bin, 'info', `s3://dumps/${basename(path)}`],
      { encoding: 'utf8', env: { ...process.env, ...server.env } },
    );
    expect([status, stderr]).to.deep.equal([0, '']);
  });

  it('loads nothing of the network and of threads for a file', () => {
    const hook = writeTemporaryFile(
      'hook.cjs',
      "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')));",
    );
    const dump = fileURLToPath(
      new URL('../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
    );
    const { stderr } = spawnSync(process.execPath, ['--require', hook, bin, 'probe', dump], {
      encoding: 'utf8',
    });
    const loaded = stderr.split('\n');
    expect(loaded).to.include('NativeModule fs');
    expect(loaded).not.to.include('NativeModule http');
    expect(loaded).not.to.include('NativeModule worker_threads');
  });

  it('opens a dump in the threads of find and verify', async () => {
    const sizeInBytes = 1n << 20n;
    const request = { pattern: bytesPattern(Buffer.from('Linux version')), limit: 9 };
    for (const [name, workerData, task, key] of [
      [
        'find',
        { files: [path], request },
        { from: 0n, to: sizeInBytes, countUntil: sizeInBytes },
        'matches',
      ],
      ['tally', [path], { start: 0, end: Number(sizeInBytes) }, 'tally'],
    ] as const) {
      const workerUrl = new URL(`../dist/bundle/${name}-worker.js`, import.meta.url);
      const options = { workerUrl, workerData, threadCount: 1, tasks: [task] };
      expect((await runInThreads(options))[0]).to.have.property(key);
    }
  });
});

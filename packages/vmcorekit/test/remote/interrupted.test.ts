import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const fixture = new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url);
/** A signal that comes right before the wait is seen after it; people press again, too. */
const pressedEveryMilliseconds = 100;

describe('a signal while a server says nothing', () => {
  const dump = readFileSync(fixture);
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-interrupted-'));
  let server: Server;
  /** Whether the server is silent from now on, but for the first bytes of an answer. */
  let isStuck: (requestCount: number) => boolean = () => false;
  let onStuck: () => void = () => {};

  function answer(request: IncomingMessage, response: ServerResponse, count: number): void {
    const [, start = 0, last = 0] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
    const bytes = dump.subarray(start, last + 1);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${start + bytes.length - 1}/${dump.length}`,
      'content-length': bytes.length,
      etag: '"one"',
    });
    if (isStuck(count)) {
      response.write(bytes.subarray(0, 16));
      onStuck();
    } else {
      response.end(bytes);
    }
  }

  beforeEach(async () => {
    let count = 0;
    server = createServer((request, response) => answer(request, response, ++count));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The exit status of a command that gets the signal once the server is stuck, and its stderr. */
  async function signalled(
    signal: NodeJS.Signals,
    ...args: readonly string[]
  ): Promise<readonly unknown[]> {
    const { port } = server.address() as AddressInfo;
    const words = args.map((arg) => (arg === 'URL' ? `http://127.0.0.1:${port}/dump` : arg));
    const child: ChildProcess = spawn(process.execPath, [main, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    let pressing: NodeJS.Timeout | undefined;
    onStuck = () => {
      pressing ??= setInterval(() => child.kill(signal), pressedEveryMilliseconds);
    };
    const [status, endedBy] = (await once(child, 'close')) as [number | null, string | null];
    clearInterval(pressing);
    return [status, endedBy, stderr];
  }

  const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`ends the command at once, with the status of ${signal}`, async () => {
      let requestCount = 0;
      isStuck = (count) => {
        requestCount = count;
        return count > 1;
      };
      expect(await signalled(signal, 'probe', 'URL')).to.deep.equal([statuses[signal], null, '']);
      // It did not wait until the server counts as too slow, and is asked once more.
      expect(requestCount).to.equal(2);
    });

    it(`leaves no unfinished file: ${signal}`, async () => {
      const files: string[][] = [];
      isStuck = () => {
        const names = readdirSync(folder);
        files.push(names);
        return names.length > 0;
      };
      const args = ['convert', '--to', 'elf', 'URL', join(folder, 'out')];
      expect(await signalled(signal, ...args)).to.deep.equal([statuses[signal], null, '']);
      expect(files.at(-1)).to.have.lengthOf(1);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { run } from '../../dist/run.js';
import { kaslrOffset, writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

interface Started {
  readonly port: number;
  readonly addresses: readonly string[];
  readonly command: string;
}

/** A server in this process, until `end`. */
async function start(path: string): Promise<{ started: Started; end: () => Promise<number> }> {
  const controller = new AbortController();
  let report: (text: string) => void = () => {};
  const first = new Promise<string>((resolve) => {
    report = resolve;
  });
  const stream = (take: (text: string) => void) => ({
    write(chunk: string | Uint8Array, done: (error?: Error | null) => void) {
      take(String(chunk));
      done();
    },
  });
  const status = run(['gdbserver', '--json', '--port', '0', path], {
    stdout: stream(report),
    stderr: stream(() => {}),
    env: {},
    folder: '/',
    signal: controller.signal,
  });
  const end = async () => {
    controller.abort();
    return await status;
  };
  return { started: JSON.parse(await first) as Started, end };
}

class SocketClient {
  readonly socket: Socket;
  #text = '';

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect(port, host);
    this.socket.on('error', () => {});
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#text += text;
    });
  }

  /** Sends a packet, and waits for the packet that answers. */
  async ask(body: string): Promise<string> {
    const sum = [...Buffer.from(body)].reduce((total, byte) => (total + byte) & 0xff, 0);
    this.#text = '';
    this.socket.write(`+$${body}#${sum.toString(16).padStart(2, '0')}`);
    return await this.answer();
  }

  async answer(): Promise<string> {
    while (true) {
      const [, own] = /\$([^#]*)#../.exec(this.#text) ?? [];
      if (own !== undefined) {
        return own;
      }
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close').then(closed)]);
    }
  }
}

function closed(): never {
  throw new Error('the server closed the connection');
}

describe('gdbserver', () => {
  const { path, kernel } = writeKernelDump();
  let server: Awaited<ReturnType<typeof start>>;
  let status: number | undefined;

  before(async () => {
    server = await start(path);
  });

  after(async () => {
    status = await server.end();
    expect(status).to.equal(130);
  });

  it('serves the memory of the kernel and where it was moved to', async () => {
    const client = new SocketClient(server.started.port);
    const banner = kernel.symbols.get('linux_banner') ?? 0n;
    const hex = await client.ask(`m${banner.toString(16)},d`);
    expect(Buffer.from(hex, 'hex').toString()).to.equal('Linux version');
    const text = 0xffffffff81000000n + BigInt(kaslrOffset);
    expect(await client.ask('qOffsets')).to.equal(`TextSeg=${text.toString(16)}`);
    client.socket.destroy();
  });

  it('serves two clients at once, each with its own thread', async () => {
    const [one, other] = [
      new SocketClient(server.started.port),
      new SocketClient(server.started.port),
    ];
    expect(await one.ask('QStartNoAckMode')).to.equal('OK');
    expect(await other.ask('qC')).to.equal('QC1');
    expect(await one.ask('qC')).to.equal('QC1');
    one.socket.destroy();
    other.socket.destroy();
  });

  it('refuses a ninth client, and serves again when one left', async () => {
    const clients = Array.from({ length: 8 }, () => new SocketClient(server.started.port));
    for (const client of clients) {
      await client.ask('qC');
    }
    const ninth = new SocketClient(server.started.port);
    await once(ninth.socket, 'close');
    for (const client of clients) {
      client.socket.destroy();
    }
    for (;;) {
      const next = new SocketClient(server.started.port);
      const answer = await next.ask('qC').catch(() => undefined);
      next.socket.destroy();
      if (answer !== undefined) {
        expect(answer).to.equal('QC1');
        break;
      }
      await setImmediate();
    }
  });

  it('closes the connection of a browser', async () => {
    const client = new SocketClient(server.started.port);
    client.socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(client.socket, 'close');
  });

  it('runs commands for monitor', async () => {
    const client = new SocketClient(server.started.port);
    const hex = Buffer.from('read linux_banner 13').toString('hex');
    const output = await client.ask(`qRcmd,${hex}`);
    expect(Buffer.from(output.slice(1), 'hex').toString()).to.contain('Linux version');
    client.socket.destroy();
  });

  it('says for monitor what speaks against the list of threads', async () => {
    const client = new SocketClient(server.started.port);
    const output = await client.ask(`qRcmd,${Buffer.from('status').toString('hex')}`);
    expect(Buffer.from(output.slice(1), 'hex').toString()).to.match(
      /^\d CPUs? and 0 tasks are threads\nthe tasks: .*types/,
    );
    client.socket.destroy();
  });

  it('refuses commands of monitor that write or read files', async () => {
    const client = new SocketClient(server.started.port);
    for (const line of ['convert x y', 'probe --symbols /etc/passwd', 'gdbserver', 'trust x']) {
      const output = await client.ask(`qRcmd,${Buffer.from(line).toString('hex')}`);
      const text = Buffer.from(output.slice(1), 'hex').toString();
      expect(text, line).to.match(/there is no command|names a file/);
      // The end of the answer, after its text.
      expect(await client.ask('qAttached')).to.match(/^(?:OK|1)$/);
    }
    client.socket.destroy();
  });

  it('prints the command for gdb', () => {
    expect(server.started.command).to.match(/^gdb .*target remote :\d+/);
    expect(server.started.addresses).to.include('127.0.0.1');
  });

  it('serves gdb on standard input and output', async () => {
    async function* stdin() {
      yield Buffer.from('+$qAttached#8f');
      yield Buffer.from('$D#44');
    }
    const { status: own, stdout } = await runCli(['gdbserver', '--stdio', path], {
      stdin: stdin(),
    });
    expect(own).to.equal(0);
    expect(stdout).to.equal('+$1#31+$OK#9a');
  });

  it('refuses a port that is none, or in use', async () => {
    for (const port of ['x', '65536', '-1']) {
      expect((await runCli(['gdbserver', `--port=${port}`, path])).status, port).to.equal(2);
    }
    const { status: own, stderr } = await runCli([
      ...['gdbserver', '--port', String(server.started.port), path],
    ]);
    expect(own).to.equal(2);
    expect(stderr).to.contain('--port 0 picks a free one');
  });

  it('refuses --stdio with --port, and on a terminal', async () => {
    expect((await runCli(['gdbserver', '--stdio', '--port', '1', path])).status).to.equal(2);
    expect((await runCli(['gdbserver', '--stdio', path])).status).to.equal(2);
  });
});

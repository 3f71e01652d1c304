import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type GdbTarget, gdbMachineOf, type Interruption } from '@vmcorekit/gdb';
import { expect } from 'chai';
import { serveClient } from '../../dist/serving/serve-client.js';
import { serveSocket } from '../../dist/serving/serve-socket.js';

const command = '+$qRcmd,7073#f4';
const packets = (text: string) => Buffer.from(text);

/** A target whose `monitor` ends only when it is interrupted. */
function endless(): { readonly target: GdbTarget; readonly began: Promise<void> } {
  let begin = (): void => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  async function* monitor(_line: string, signal: Interruption) {
    begin();
    await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    yield 'ended\n';
  }
  const machine = gdbMachineOf('x86_64');
  if (machine === undefined) {
    throw new Error('gdb knows x86_64');
  }
  const target: GdbTarget = {
    machine,
    byteOrder: 'little',
    textSegment: null,
    threads: () => [{ id: 1, name: 'CPU 0', details: '', cpu: 0 }],
    registersOf: () => null,
    read: () => new Uint8Array(),
    monitor,
  };
  return { target, began };
}

describe('the work for a client that has gone', () => {
  it('ends with the input', async () => {
    const { target, began } = endless();
    async function* input() {
      yield packets(command);
      await began;
    }
    let sent = '';
    await serveClient(target, input(), async (bytes) => {
      sent += Buffer.from(bytes).toString('latin1');
    });
    expect(sent).to.match(/\$OK#9a$/);
  });

  it('ends with its socket, also where more requests wait', async () => {
    const { target, began } = endless();
    const served = new Promise<void>((resolve, reject) => {
      const server = createServer((socket) => {
        serveSocket(target, socket).then(resolve, reject);
        server.close();
      });
      server.listen(0, '127.0.0.1', async () => {
        const { port } = server.address() as { port: number };
        const client = connect(port, '127.0.0.1');
        await once(client, 'connect');
        client.write(packets(`${command}$qC#b4`));
        await began;
        client.destroy();
      });
    });
    await served;
  });

  it('is done for requests that were received before the end', async () => {
    const { target } = endless();
    async function* input() {
      yield packets('+$qC#b4$qAttached#8f');
    }
    let sent = '';
    await serveClient(target, input(), async (bytes) => {
      sent += Buffer.from(bytes).toString('latin1');
    });
    expect(sent).to.equal('+$QC1#c5+$1#31');
  });
});

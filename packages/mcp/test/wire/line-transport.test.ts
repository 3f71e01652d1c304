import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { expect } from 'chai';
import { LineTransport } from '../../dist/wire/line-transport.js';

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const maxBytes = 200;

/** What comes of lines: messages, answers by the transport itself, and what the user reads. */
async function received(...chunks: readonly (string | Buffer)[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const transport = new LineTransport(input, output, maxBytes);
  const messages: JSONRPCMessage[] = [];
  const complaints: string[] = [];
  const closings: string[] = [];
  Object.assign(transport, {
    onmessage: (message: JSONRPCMessage) => messages.push(message),
    onerror: ({ message }: Error) => complaints.push(message),
    onclose: () => closings.push('closed'),
  });
  await transport.start();
  for (const chunk of chunks) {
    input.write(chunk);
  }
  await setImmediate();
  const text = String(output.read() ?? '');
  const answers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { messages, complaints, answers, closings, transport, input, output };
}

describe('LineTransport', () => {
  it('reads lines out of chunks of any size', async () => {
    const { messages, closings } = await received(...`${ping}\r\n${ping}\n`.split(''));
    expect(messages).to.deep.equal([JSON.parse(ping), JSON.parse(ping)]);
    expect(closings).to.deep.equal([]);
  });

  it('answers a line that is too long with an error, and lives', async () => {
    const long = 'x'.repeat(maxBytes);
    const { messages, complaints, answers, closings } = await received(
      `{"a":"${long}`,
      long,
      `"}\n${ping}\n`,
    );
    expect(complaints).to.deep.equal(['it is longer than 200 bytes']);
    expect(answers).to.have.lengthOf(1);
    expect(answers[0]).to.include({ id: null }).and.have.nested.property('error.code', -32600);
    expect(messages).to.deep.equal([JSON.parse(ping)]);
    expect(closings).to.deep.equal([]);
  });

  it('answers each malformed request that has an id', async () => {
    const requests: readonly (readonly [string, unknown, number])[] = [
      ['"id":2,"method":"tools/call","params":{"_meta":{"progressToken":{"a":1}}}', 2, -32602],
      ['"id":3,"method":"tools/call","params":7', 3, -32602],
      ['"id":"four","method":4', 'four', -32600],
      ['"id":{"a":5},"method":"ping"', null, -32600],
      ['"id":null,"method":"ping"', null, -32600],
    ];
    for (const [text, id, code] of requests) {
      const { answers, messages } = await received(`{"jsonrpc":"2.0",${text}}\n`);
      expect(messages, text).to.deep.equal([]);
      expect(answers[0], text).to.include({ id }).and.have.nested.property('error.code', code);
    }
  });

  it('answers nothing to what is no request', async () => {
    const { answers, messages, complaints } = await received('{"id":5}\n[]\n7\nno JSON\n\n');
    expect([answers, messages]).to.deep.equal([[], []]);
    expect(complaints).to.have.lengthOf(3);
  });

  it('finds no tool or prompt by a name that every object has', async () => {
    for (const [method, name, wanted] of [
      ['tools/call', '__proto__', 'Tool __proto__ not found'],
      ['tools/call', 'constructor', 'Tool constructor not found'],
      ['prompts/get', 'toString', 'Prompt toString not found'],
    ]) {
      const { answers } = await received(
        `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"name":"${name}"}}\n`,
      );
      expect(answers[0]?.error).to.deep.equal({ code: -32602, message: wanted });
    }
  });

  it('listens once to an output that is full, however many answers wait', async () => {
    const { transport, output } = await received();
    const result = { text: 'x'.repeat(100_000) };
    const sent = Array.from({ length: 50 }, (_, id) =>
      transport.send({ jsonrpc: '2.0', id, result }),
    );
    expect(output.listenerCount('drain')).to.equal(1);
    expect(output.listenerCount('error')).to.equal(1);
    output.resume();
    await Promise.all(sent);
  });

  it('ends with its input, and sends nothing more', async () => {
    const { transport, input, closings } = await received(`${ping}\n`);
    input.end();
    await setImmediate();
    await setImmediate();
    expect(closings).to.deep.equal(['closed']);
    const late = await transport.send({ jsonrpc: '2.0', id: 1, result: {} }).catch(String);
    expect(late).to.match(/the client has gone/);
  });
});

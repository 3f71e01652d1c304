import { maxPacketLength } from '@vmcorekit/gdb';
import { expect } from 'chai';
import { Client, packet } from './support/client.ts';

describe('GdbSession', () => {
  it('acknowledges a packet, and answers it', async () => {
    expect(await new Client().raw(packet('qAttached'))).to.equal('+$1#31');
  });

  it('answers packets that come byte by byte', async () => {
    const client = new Client();
    let all = '';
    for (const character of packet('qC')) {
      all += await client.raw(character);
    }
    expect(all).to.equal(`+${packet('QC1')}`);
  });

  it('asks again for a packet with a wrong checksum', async () => {
    expect(await new Client().raw('$qC#00')).to.equal('-');
  });

  it('asks again for a packet whose checksum is no number', async () => {
    expect(await new Client().raw('$qC#zz')).to.equal('-');
  });

  it('sends its last answer again on a nack, and not for ever', async () => {
    const client = new Client();
    await client.raw(packet('qC'));
    expect(await client.raw('-')).to.equal(packet('QC1'));
    for (let flood = 0; flood < 1000; flood++) {
      await client.raw('-');
    }
    expect(client.session.hasEnded).to.equal(true);
  });

  it('answers once if the client asks again before the answer came, as gdb does', async () => {
    const client = new Client();
    client.session.receive(Buffer.from(`${packet('qC')}${packet('qC')}-`));
    expect(await client.raw('')).to.equal(`+${packet('QC1')}`);
    expect(await client.raw(packet('qC'))).to.equal(`+${packet('QC1')}`);
  });

  it('sends no acknowledgement once the client wants none', async () => {
    const client = new Client();
    expect(await client.raw(packet('QStartNoAckMode'))).to.equal('+$OK#9a');
    expect(await client.raw(packet('qAttached'))).to.equal('$1#31');
    expect(await client.raw('-')).to.equal('');
    expect(await client.raw('$qC#00')).to.match(/^\$E\.the checksum/);
  });

  it('takes a packet that begins within another: the end of that one was lost', async () => {
    expect(await new Client().raw(`$m0,${packet('qAttached')}`)).to.equal('+$1#31');
  });

  it('refuses a packet beyond its limit, and goes on', async () => {
    const client = new Client();
    const answer = await client.raw(packet('m'.repeat(maxPacketLength + 1)));
    expect(answer).to.match(/^\+\$E\.a packet holds at most 131072 bytes#/);
    expect(await client.raw(packet('qAttached'))).to.equal('+$1#31');
  });

  it('closes on a browser, which a web page can send to any port', async () => {
    const client = new Client();
    expect(await client.raw(`POST / HTTP/1.1\r\n\r\n${packet('qC')}`)).to.equal('');
    expect(client.session.hasEnded).to.equal(true);
  });

  it('ends when the client detaches or kills', async () => {
    const [one, other] = [new Client(), new Client()];
    expect(await one.raw(packet('D'))).to.equal('+$OK#9a');
    expect(one.session.hasEnded).to.equal(true);
    expect(await other.raw(packet('k'))).to.equal('+');
    expect(other.session.hasEnded).to.equal(true);
  });

  it('says when the server must stop reading, until requests are answered', async () => {
    const client = new Client();
    client.session.receive(Buffer.from((packet('qC') + packet('qAttached')).repeat(150)));
    expect(client.session.isFull).to.equal(true);
    await client.raw('');
    expect(client.session.isFull).to.equal(false);
  });

  it('answers with a sentence if the target throws', async () => {
    const read = () => {
      throw new Error('the disk has gone #$}*');
    };
    expect(await new Client({ read }).ask('m0,1')).to.equal('E.the disk has gone ????');
  });

  // gdb 13 reads the file before it asks for its size, and gave up: it had no symbols.
  for (const first of ['vFile:pread:3,4,0', 'vFile:fstat:3']) {
    it(`makes gdb wait on while its symbol file is made, and only once: ${first}`, async () => {
      const left = [1, 2];
      const execFile = {
        name: '/symbols',
        bytes: () => Uint8Array.of(1, 2, 3),
        *steps() {
          while (left.pop() !== undefined) {
            yield;
          }
        },
      };
      const client = new Client({ execFile });
      const working = packet('Working').replace('$', '%');
      expect(await client.raw(packet(first))).to.match(
        new RegExp(`^\\+${working}${working}\\$F(?:40|3);`),
      );
      expect(await client.raw(packet('vFile:fstat:3'))).to.match(/^\+\$F40;/);
    });
  }

  it('runs a command for monitor, and makes what it prints safe', async () => {
    async function* monitor(line: string) {
      yield `<${line}>\n`;
      yield 'evil \x1b[2J\n';
    }
    const client = new Client({ monitor });
    const hex = Buffer.from('bt 1').toString('hex');
    const answers = (await client.raw(packet(`qRcmd,${hex}`))).split(/[+$]/).filter(Boolean);
    const texts = answers.map((each) => each.slice(0, -3));
    expect(texts).to.deep.equal([
      `O${Buffer.from('<bt 1>\n').toString('hex')}`,
      `O${Buffer.from('evil \\x1b[2J\n').toString('hex')}`,
      'OK',
    ]);
  });

  it('ends a command when the client interrupts it', async () => {
    let wasAborted = false;
    async function* monitor(_line: string, signal: { readonly aborted: boolean }) {
      yield 'one';
      wasAborted = signal.aborted;
    }
    const client = new Client({ monitor });
    client.session.receive(Buffer.from(packet('qRcmd,7073')));
    for await (const bytes of client.session.answers()) {
      if (bytes.length > 1) {
        client.session.receive(Uint8Array.of(3));
      }
    }
    expect(wasAborted).to.equal(true);
  });

  it('loses no interrupt that comes in one chunk with its command', async () => {
    let runs = 0;
    async function* monitor() {
      runs++;
      yield 'ran\n';
    }
    const client = new Client({ monitor });
    const said = await client.raw(`${packet('qRcmd,7073')}\x03`);
    expect(said).to.contain(Buffer.from('interrupted before it began\n').toString('hex'));
    expect([said.endsWith(packet('OK')), runs]).to.deep.equal([true, 0]);
    await client.raw(packet('qRcmd,6274'));
    expect(runs, 'the next command').to.equal(1);
  });
});

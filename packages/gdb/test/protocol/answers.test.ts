import { expect } from 'chai';
import { Client } from '../support/client.ts';
import { memoryAt } from '../support/target.ts';

const at = memoryAt.toString(16);

describe('answers to gdb', () => {
  it('answers nothing to what it does not know', async () => {
    const client = new Client();
    for (const request of [
      'vMustReplyEmpty',
      'qTStatus',
      'vCont?',
      'jThreadsInfo',
      'constructor',
    ]) {
      expect(await client.ask(request), request).to.equal(
        request === 'constructor' ? 'E.a dump cannot run: it shows one moment of its machine' : '',
      );
    }
  });

  it('names the size of its packets and what it can transfer', async () => {
    const features = (await new Client().ask('qSupported:multiprocess+;swbreak+')).split(';');
    expect(features).to.include.members(['PacketSize=20000', 'QStartNoAckMode+']);
    expect(features).to.include.members(['qXfer:features:read+', 'qXfer:threads:read+']);
    expect(features).not.to.include('qXfer:exec-file:read+');
  });

  it('reads memory as far as it is there', async () => {
    const client = new Client();
    expect(await client.ask(`m${at},5`)).to.equal(Buffer.from('Linux').toString('hex'));
    expect(await client.ask(`m${at},1000`)).to.have.length(34);
    expect(await client.ask('m0,8')).to.equal('E0e');
    expect(await client.ask('m0,0')).to.equal('');
    expect(await client.ask(`x${at},5`)).to.equal('bLinux');
  });

  it('refuses an address or a length that is no number', async () => {
    const client = new Client();
    for (const request of ['m', 'm0', 'm0,', 'mx,1', 'm-1,1', 'm0,1,2', `m${'f'.repeat(17)},1`]) {
      expect(await client.ask(request), request).to.equal('E01');
    }
  });

  it('escapes what would end a packet in binary memory', async () => {
    const read = () => Buffer.from('a#$}*');
    expect(await new Client({ read }).ask('x0,5')).to.equal('ba}\x03}\x04}]}\n');
  });

  it('gives the registers in order, an x for each digit that is not known', async () => {
    const client = new Client();
    const all = await client.ask('g');
    expect(all.slice(0, 256)).to.equal('x'.repeat(256));
    expect(all.slice(256, 272)).to.equal('00000081ffffffff');
    expect(all.slice(272, 280)).to.equal('46020000');
    expect(await client.ask('p10')).to.equal('00000081ffffffff');
    expect(await client.ask('pff')).to.equal('E01');
  });

  it('gives registers with the most significant byte first on such a machine', async () => {
    expect(await new Client({ byteOrder: 'big' }).ask('p10')).to.equal('ffffffff81000000');
  });

  it('chooses a thread, and knows none but its own', async () => {
    const client = new Client();
    expect(await client.ask('Hg2')).to.equal('OK');
    expect(await client.ask('qC')).to.equal('QC2');
    expect(await client.ask('g')).to.match(/^x+$/);
    expect(await client.ask('Hg9')).to.equal('E01');
    expect(await client.ask('Hg0')).to.equal('OK');
    expect(await client.ask('Hc-1')).to.equal('OK');
    expect(await client.ask('qC')).to.equal('QC2');
    expect(await client.ask('T1')).to.equal('OK');
    expect(await client.ask('T9')).to.equal('E01');
  });

  it('names a thread to lldb, which asks for each', async () => {
    const name = Buffer.from('CPU 0').toString('hex');
    expect(await new Client().ask('qThreadStopInfo1')).to.equal(`T00thread:1;hexname:${name};`);
    expect(await new Client().ask('qThreadStopInfo9')).to.equal('E01');
  });

  it('lists thousands of threads in packets that fit', async () => {
    const threads = Array.from({ length: 20_000 }, (_, index) => ({
      id: index + 1,
      name: 'task',
      details: '',
      cpu: null,
    }));
    const client = new Client({ threads: () => threads });
    const ids: string[] = [];
    for (let list = await client.ask('qfThreadInfo'); list !== 'l'; ) {
      ids.push(...list.slice(1).split(','));
      list = await client.ask('qsThreadInfo');
    }
    expect(ids.map((id) => Number.parseInt(id, 16))).to.deep.equal(threads.map(({ id }) => id));
  });

  it('describes threads in XML that a hostile name cannot break', async () => {
    const document = await new Client().ask('qXfer:threads:read::0,4000');
    expect(document).to.contain('<thread id="1" core="0" name="CPU 0">');
    expect(document).to.contain('name="a&}\x0360;b&}\x0362;&}\x0338;&}\x0334;"');
  });

  it('transfers a document in pieces', async () => {
    const client = new Client();
    const whole = await client.ask('qXfer:features:read:target.xml:0,ffff');
    let pieces = '';
    for (let piece = 'm'; piece.startsWith('m'); pieces += piece.slice(1)) {
      piece = await client.ask(`qXfer:features:read:target.xml:${pieces.length.toString(16)},64`);
    }
    expect(pieces).to.equal(whole.slice(1));
    expect(pieces).to.contain('<feature name="org.gnu.gdb.i386.core">');
    expect(await client.ask('qXfer:features:read:target.xml:ffffffff,64')).to.equal('l');
    expect(await client.ask('qXfer:features:read:other.xml:0,64')).to.equal('E00');
    expect(await client.ask('qXfer:auxv:read::0,64')).to.equal('');
  });

  it('says where the first segment of the kernel lies, where that is proved', async () => {
    expect(await new Client().ask('qOffsets')).to.equal('TextSeg=ffffffff81000000');
    expect(await new Client({ textSegment: null }).ask('qOffsets')).to.equal('');
  });

  it('refuses to write, with a sentence', async () => {
    const client = new Client();
    for (const request of ['M0,1:00', 'X0,1:a', 'G00', 'P0=00', 'Z0,0,1', 'z0,0,1']) {
      expect(await client.ask(request), request).to.match(/^E\.a dump is read-only/);
    }
  });

  it('refuses to run, with a sentence', async () => {
    const client = new Client();
    for (const request of ['c', 's', 'C05', 'S05', 'vCont;c', 'vCont;s:1', 'R00']) {
      expect(await client.ask(request), request).to.match(/^E\.a dump cannot run/);
    }
  });
});

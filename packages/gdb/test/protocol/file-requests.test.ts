import { expect } from 'chai';
import { Client } from '../support/client.ts';

const name = '/vmlinux-6.1';
const bytes = Buffer.from('\x7fELF#$}*', 'latin1');
const hexName = Buffer.from(name).toString('hex');
const open = () => new Client({ execFile: { name, bytes: () => bytes } });

describe('files of the target', () => {
  it('names its executable, and serves it in pieces', async () => {
    const client = open();
    expect(await client.ask('qSupported')).to.contain('qXfer:exec-file:read+');
    expect(await client.ask('qXfer:exec-file:read:1:0,fff')).to.equal(`l${name}`);
    expect(await client.ask('vFile:setfs:0')).to.equal('F0');
    expect(await client.ask(`vFile:open:${hexName},0,0`)).to.equal('F3');
    expect(await client.ask('vFile:pread:3,4,0')).to.equal('F4;\x7fELF');
    expect(await client.ask('vFile:pread:3,40,4')).to.equal('F4;}\x03}\x04}]}\n');
    expect(await client.ask('vFile:pread:3,40,400')).to.equal('F0;');
    expect(await client.ask('vFile:fstat:3')).to.match(/^F40;/);
    // It claims to be longer, so that gdb takes sections for lost that lie after its end.
    expect(await client.ask('vFile:pread:3,4,70000000')).to.equal('F0;');
    expect(await client.ask('vFile:close:3')).to.equal('F0');
  });

  it('opens no other file, and writes none', async () => {
    const client = open();
    const passwd = Buffer.from('/etc/passwd').toString('hex');
    expect(await client.ask(`vFile:open:${passwd},0,0`)).to.equal('F-1,2');
    expect(await client.ask(`vFile:open:${hexName},1,0`)).to.equal('F-1,1e');
    expect(await client.ask(`vFile:unlink:${hexName}`)).to.equal('F-1,1e');
    expect(await client.ask('vFile:pwrite:3,0,a')).to.equal('F-1,1e');
    expect(await client.ask('vFile:pread:4,1,0')).to.equal('F-1,9');
    expect(await client.ask(`vFile:readlink:${passwd}`)).to.equal('F-1,2');
  });

  it('has none where the target has none', async () => {
    const client = new Client();
    expect(await client.ask('qXfer:exec-file:read::0,fff')).to.equal('');
    expect(await client.ask(`vFile:open:${hexName},0,0`)).to.equal('F-1,2');
    expect(await client.ask('vFile:pread:3,1,0')).to.equal('F-1,9');
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { open } from '../../dist/index.js';
import { type FileServer, fileServer } from '../support/file-server.ts';
import { readFixtures } from '../support/fixture.ts';
import { runCli } from '../support/run-cli.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const dump = 'fixtures/ovmf-nokaslr/dump.kdump';

interface Probed {
  readonly statistics: {
    readonly requests?: number;
    readonly bytesFetched?: number;
    readonly milliseconds: number;
  };
  readonly files: unknown;
}

describe('a dump on a server', () => {
  let server: FileServer;
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-remote-'));
  before(async () => {
    server = await fileServer(root);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  for (const { name, truth } of readFixtures()) {
    it(`gives the answer of the file itself, in few requests: ${name}`, async () => {
      for (const { file } of truth.dumps) {
        const path = `fixtures/${name}/${file}`;
        const [here, there] = await Promise.all(
          [`${root}${path}`, `${server.url}/${path}`].map((each) =>
            runCli(['probe', '--json', each]),
          ),
        );
        const [local, remote] = [here?.json()[0], there?.json()[0]] as Probed[];
        const { requests = Infinity, bytesFetched = Infinity } = remote?.statistics ?? {};
        expect(there?.status).to.equal(here?.status);
        expect({ ...remote, file: 0, files: 0, statistics: 0 }).to.deep.equal({
          ...local,
          file: 0,
          files: 0,
          statistics: 0,
        });
        expect(local?.statistics).not.to.have.any.keys('requests', 'bytesFetched');
        expect(requests, file).to.be.at.most(24);
        expect(bytesFetched, file).to.be.at.most(15e6);
      }
    });
  }

  it('is opened by the library, which counts what it fetched', async () => {
    using opened = await open(`${server.url}/${dump}?token=secret`);
    const verdict = await opened.locate();
    expect(verdict.confidence).to.equal('certain');
    expect(opened.files).to.deep.equal([`${server.url}/${dump}`]);
    expect(opened.statistics.transfer).to.have.all.keys('requests', 'bytesFetched', 'filesInBytes');
  });

  it('is opened in a container too, and in parts', async () => {
    const { status, stderr, json } = await runCli([
      'probe',
      '--json',
      `${server.url}/fixtures/images/no-such.zip//vmcore`,
    ]);
    expect([status, json().length]).to.deep.equal([3, 1]);
    expect(stderr).to.contain('the server has no such file');
  });

  it('is not opened without its place, where a fragment stands before that', async () => {
    const { status, stderr } = await runCli(['probe', `${server.url}/${dump}#part@123`]);
    expect([status, stderr.includes('plain digits')]).to.deep.equal([2, true]);
  });

  it('gives its symbols, as files do', async () => {
    const { status, stderr } = await runCli([
      'probe',
      '--symbols',
      `${server.url}/missing/System.map?token=secret`,
      `${root}${dump}`,
    ]);
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      `vmcorekit: --symbols: ${server.url}/missing/System.map: the server has no such file (404 Not Found)\n`,
    );
  });

  it('is read whole, converted, and never changed in place', async () => {
    const url = `${server.url}/${dump}`;
    const copy = join(folder, 'copy');
    expect((await runCli(['verify', url])).status).to.equal(0);
    expect((await runCli(['convert', url, copy])).status).to.equal(0);
    // What no file holds stays unknown.
    const compared = await runCli(['compare', url, copy]);
    expect(compared.stdout).to.contain('different     none');
    const { status, stderr } = await runCli(['repair', '--in-place', url]);
    expect(status).to.equal(3);
    expect(stderr).to.contain('changing a dump on a server in place: write a new file instead');
  });

  it('may stand after words, as a file may', async () => {
    const url = `${server.url}/${dump}`;
    const { status, stderr } = await runCli(['translate', '0xffffffff81000000', url]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('DUMP comes first');
  });

  it('is fetched only as far as --max-transfer allows', async () => {
    const url = `${server.url}/${dump}`;
    const { status, stderr, json } = await runCli([
      'probe',
      '--json',
      '--max-transfer',
      '600K',
      url,
    ]);
    expect(status).to.equal(3);
    expect(stderr).to.equal(
      `vmcorekit: ${url}: more than 600 KiB would have to be fetched, the limit (--max-transfer)\n`,
    );
    expect(json()[0]).to.have.property('reason', 'source-failed');
    const tiny = await runCli(['probe', '--json', '--max-transfer', '1K', url]);
    expect(tiny.status).to.equal(3);
    expect(tiny.json()[0]).to.have.nested.property('error.code', 'transfer-limit');
    expect((await runCli(['probe', '--max-transfer', 'unlimited', url])).status).to.equal(0);
    const wrong = await runCli(['probe', '--max-transfer', '0', url]);
    expect([wrong.status, wrong.stderr]).to.deep.equal([
      2,
      "vmcorekit: --max-transfer: got '0', wanted a size like 1 GiB, or unlimited\n",
    ]);
  });

  it('beyond --max-transfer has no damaged pages, and leaves no cut copy', async () => {
    const url = `${server.url}/${dump}`;
    const copy = join(folder, 'cut');
    for (const words of [
      ['verify', url],
      ['find', '--bytes', '12345678', url],
      ['compare', url, `${root}${dump}`],
      ['convert', url, copy],
    ]) {
      const { status, stderr } = await runCli([...words, '--max-transfer', '512KiB']);
      expect([status, stderr], words[0]).to.deep.equal([
        3,
        `vmcorekit: ${url}: more than 512 KiB would have to be fetched, the limit (--max-transfer)\n`,
      ]);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('cut'))).to.deep.equal([]);
  });

  it('that fails is no dump without a kernel', async () => {
    for (const [fault, said] of [
      ['whole', 'sends whole files only'],
      ['page', 'answers with a web page (HTML)'],
      ['forbidden', 'refuses access (403 Forbidden)'],
      ['missing', 'has no such file (404 Not Found)'],
      ['circle', 'redirects in a circle'],
      ['changed', 'the file changed while it was read'],
      ['fails', 'the server failed (503 Service Unavailable), 5 times'],
    ]) {
      const url = `${server.url}/${fault}/${dump}`;
      const { status, stderr, json } = await runCli(['probe', '--json', `${url}?token=secret`]);
      expect(status, fault).to.equal(3);
      expect(stderr.startsWith(`vmcorekit: ${url}: `), stderr).to.equal(true);
      expect(stderr).to.contain(said);
      const [answer] = json() as { reason?: string; error?: { code: string } }[];
      expect(answer?.reason ?? answer?.error?.code).to.be.oneOf(['source-failed', 'io']);
    }
  });
});

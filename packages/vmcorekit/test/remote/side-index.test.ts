import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type FileServer, fileServer } from '../support/file-server.ts';
import { readFixtures } from '../support/fixture.ts';
import { runCli } from '../support/run-cli.ts';

const fixtures = fileURLToPath(new URL('../../../../fixtures/', import.meta.url));

interface Probed {
  readonly confidence: string;
  readonly kernel: unknown;
  readonly filesBeside?: readonly string[];
  readonly statistics: { readonly requests?: number; readonly bytesFetched?: number };
}

async function probed(path: string): Promise<Probed> {
  const { json, stderr } = await runCli(['probe', '--json', path]);
  expect(stderr).to.equal('');
  return json()[0] as Probed;
}

/** All but where it was read from. */
function verdictOf(answer: Probed): object {
  expect(answer).to.have.any.keys('confidence');
  return { ...answer, file: 0, files: 0, filesBeside: 0, statistics: 0 };
}

describe('the index beside a flattened file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-index-'));
  const flat = join(folder, 'a b.flat');
  const index = `${flat}.vmcorekit-index`;
  let server: FileServer;
  before(async () => {
    server = await fileServer(folder);
    const plain = join(fixtures, 'ovmf-nokaslr/dump.kdump');
    expect((await runCli(['convert', '--to', 'flattened', plain, flat])).status).to.equal(0);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => rmSync(index, { force: true }));

  it('is written, and replaced only with --force', async () => {
    const { status, stdout } = await runCli(['index', flat]);
    expect([status, stdout]).to.deep.equal([0, `wrote ${index}: ${statSync(index).size} bytes\n`]);
    const again = await runCli(['index', flat]);
    expect(again.status).to.equal(2);
    expect(again.stderr).to.contain('--force');
    const { json } = await runCli(['index', '--json', '--force', flat]);
    expect(json()).to.deep.equal([
      {
        schema: 1,
        file: flat,
        output: { path: index, sizeInBytes: statSync(index).size },
      },
    ]);
  });

  it('is used and named, also beside a file on this machine', async () => {
    await runCli(['index', flat]);
    const { stdout } = await runCli(['info', flat]);
    expect(stdout).to.match(/opened with +a b\.flat\.vmcorekit-index beside it/);
  });

  for (const { name, truth } of readFixtures()) {
    it(`gives the answer of the file itself, in few requests: ${name}`, async () => {
      for (const { file } of truth.dumps) {
        const copy = join(folder, 'copy.flat');
        const force = '--force';
        const source = join(fixtures, name, file);
        await runCli(['convert', force, '--to', 'flattened', source, copy]);
        const local = await probed(copy);
        expect((await runCli(['index', force, copy])).status).to.equal(0);
        const remote = await probed(`${server.url}/copy.flat`);
        expect(verdictOf(remote)).to.deep.equal(verdictOf(local));
        expect(remote.filesBeside).to.deep.equal(['copy.flat.vmcorekit-index']);
        expect(remote.statistics.requests, file).to.be.at.most(24);
        expect(remote.statistics.bytesFetched, file).to.be.at.most(15e6);
        rmSync(`${copy}.vmcorekit-index`);
        const without = await probed(`${server.url}/copy.flat`);
        expect(verdictOf(without)).to.deep.equal(verdictOf(local));
        expect(without.statistics.requests, file).to.be.at.most(100);
      }
    });
  }

  it('is found by its name without escapes', async () => {
    await runCli(['index', flat]);
    const { filesBeside } = await probed(`${server.url}/a%20b.flat?token=secret`);
    expect(filesBeside).to.deep.equal(['a b.flat.vmcorekit-index']);
  });

  it('is advised where the file is larger than may be fetched, before it is', async () => {
    const url = `${server.url}/a%20b.flat`;
    const limited = ['--json', '--max-transfer', '1MiB', url];
    const { status, stderr, json } = await runCli(['probe', ...limited]);
    expect([status, stderr]).to.deep.equal([
      3,
      `vmcorekit: ${url}: more than 1 MiB would have to be fetched, the limit (--max-transfer); ` +
        'a flattened file is fetched whole, unless its index lies beside it (vmcorekit index)\n',
    ]);
    expect(json()[0]).to.have.nested.property('error.code', 'transfer-limit');
    await runCli(['index', flat]);
    const indexed = await runCli(['info', ...limited]);
    expect([indexed.status, indexed.stderr]).to.deep.equal([0, '']);
  });

  it('of another file is refused with a sentence, and the file read without it', async () => {
    const other = join(folder, 'other.flat');
    const plain = join(fixtures, 'seabios-kaslr-pti/dump.kdump');
    await runCli(['convert', '--force', '--to', 'flattened', plain, other]);
    const local = await probed(flat);
    for (const write of [
      async () => copyFileSync(other, index),
      async () => writeFileSync(index, ''),
      async () => writeFileSync(index, readFileSync(flat).subarray(0, 4096)),
      async () => void (await runCli(['index', other, index])),
    ]) {
      await write();
      for (const path of [flat, `${server.url}/a%20b.flat`]) {
        const { status, json } = await runCli(['probe', '--json', path]);
        const [answer] = json() as [Probed];
        expect(status).to.equal(0);
        expect(JSON.stringify(answer)).to.contain('index-not-used');
        expect(answer.filesBeside).to.equal(undefined);
        expect([answer.confidence, answer.kernel]).to.deep.equal([local.confidence, local.kernel]);
      }
      rmSync(index);
    }
  });

  it('is refused for what needs none, with exit status 1', async () => {
    const plain = join(fixtures, 'ovmf-nokaslr/dump.kdump');
    const { status, stderr } = await runCli(['index', plain, index]);
    expect([status, stderr]).to.deep.equal([
      1,
      `vmcorekit: ${plain}: needs no index: it is a plain file of the format kdump\n`,
    ]);
    const cut = join(folder, 'cut.flat');
    writeFileSync(cut, readFileSync(flat).subarray(0, -20));
    const unfinished = await runCli(['index', '--json', cut, index]);
    expect(unfinished.status).to.equal(1);
    expect(unfinished.stderr).to.contain('has no index: the flattened file ends inside the record');
    expect(unfinished.json()[0]).to.have.nested.property('error.code', 'no-index');
    expect((await runCli(['index', join(folder, 'none')])).status).to.equal(3);
    expect((await runCli(['index', '-'])).status).to.equal(2);
  });

  it('of a file on a server is written where the user says', async () => {
    const url = `${server.url}/a%20b.flat`;
    const refused = await runCli(['index', url]);
    expect([refused.status, refused.stderr]).to.deep.equal([
      2,
      'vmcorekit: OUT: name the file to write, because FILE lies on a server\n',
    ]);
    expect((await runCli(['index', url, index])).status).to.equal(0);
    const { filesBeside } = await probed(url);
    expect(filesBeside).to.deep.equal(['a b.flat.vmcorekit-index']);
  });
});

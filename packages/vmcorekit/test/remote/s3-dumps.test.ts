import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildZip64 } from '@vmcorekit/testing';
import { expect } from 'chai';
import { commandsOfDumps, operandsFor } from '../support/every-command.ts';
import { readFixtures } from '../support/fixture.ts';
import { writeSplitKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { type S3Server, s3Server } from '../support/s3-server.ts';
import { s3Toolkit } from '../support/s3-toolkit.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const dump = 'fixtures/ovmf-nokaslr/dump.kdump';
const account = {
  accessKeyId: 'AKIASESAME1',
  secretAccessKey: 'Sesame2/+=',
  sessionToken: 'Sesame3==',
};
const secrets = ['SESAME1', 'Sesame2', 'Sesame3', 'Signature='];

interface Probed {
  readonly statistics: { readonly requests?: number; readonly bytesFetched?: number };
}

/** All that a probe says, but for where the bytes came from. */
function answerOf({ json }: CliResult): object {
  return { ...(json()[0] as Probed), file: 0, files: 0, statistics: 0 };
}

describe('a dump in a bucket', () => {
  let server: S3Server;
  let toolkit: ReturnType<typeof s3Toolkit>;
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-bucket-'));
  const lines = writeTemporaryFile('lines', 'ps\nsys\ndump.files\nno such command\n');
  before(async () => {
    server = await s3Server(root, account);
    toolkit = s3Toolkit(server.env);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command, whose output must hold no secret. */
  async function runS3(args: readonly string[], made = toolkit): Promise<CliResult> {
    const result = await runCli(args, { toolkit: () => made });
    for (const secret of secrets) {
      expect(result.stdout + result.stderr, args.join(' ')).not.to.contain(secret);
    }
    return result;
  }

  for (const { name, truth } of readFixtures()) {
    it(`gives the answer of the file itself, in few requests: ${name}`, async () => {
      for (const { file } of truth.dumps) {
        const path = `fixtures/${name}/${file}`;
        const here = await runCli(['probe', '--json', `${root}${path}`]);
        const there = await runS3(['probe', '--json', `s3://dumps/${path}`]);
        const { statistics } = there.json()[0] as Probed;
        const { requests = Infinity, bytesFetched = Infinity } = statistics;
        expect(there.status).to.equal(here.status);
        expect(answerOf(there)).to.deep.equal(answerOf(here));
        expect(requests, file).to.be.at.most(24);
        expect(bytesFetched, file).to.be.at.most(15e6);
      }
    });
  }

  it('that is flattened is read by the index beside it', async () => {
    const flat = writeTemporaryFile('flat', new Uint8Array(0));
    await runCli(['convert', '--force', '--to', 'flattened', `${root}${dump}`, flat]);
    await runCli(['index', flat]);
    await using own = await s3Server(dirname(flat), account);
    const url = `s3://dumps/${basename(flat)}`;
    const { status, json } = await runS3(['probe', '--json', url], s3Toolkit(own.env));
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({ filesBeside: [`${basename(flat)}.vmcorekit-index`] });
  });

  it('is found in another region, and read though S3 asks to slow down', async () => {
    for (const bucket of ['elsewhere', 'busy']) {
      const { status, stderr } = await runS3(['probe', `s3://${bucket}/${dump}`]);
      expect([status, stderr]).to.deep.equal([0, '']);
    }
  });

  it('may have any key', async () => {
    for (const odd of ['a b+c', 'é日本😀', "it's (1)*!~", '100%/%2F', 'a?b#c', 'x//y']) {
      const { status, stderr } = await runS3(['info', `s3://dumps/odd/${odd}//${dump}`]);
      expect([status, stderr], odd).to.deep.equal([0, '']);
    }
  });

  it('says which of several files is missing', async () => {
    const url = `s3://dumps/${dump}`;
    const symbols = await runS3(['probe', '--symbols', 's3://dumps/System.map', url]);
    expect([symbols.status, symbols.stderr]).to.deep.equal([
      2,
      'vmcorekit: --symbols: s3://dumps/System.map: the bucket has no such key (NoSuchKey)\n',
    ]);
    const parts = await runS3(['probe', url, 's3://absent/part']);
    expect(parts.stderr).to.contain('s3://absent/part: there is no such bucket (NoSuchBucket)');
  });

  it('may be an entry of an archive, and parts', async () => {
    await using files = await s3Server('/', account);
    const made = s3Toolkit(files.env);
    const archive = buildZip64([{ name: 'vmcore', data: readFileSync(`${root}${dump}`) }], '');
    const zip = writeTemporaryFile('dump.zip', archive);
    const parts = writeSplitKernelDump();
    for (const args of [[`${zip}//vmcore`], parts]) {
      const there = await runS3(
        ['probe', '--json', ...args.map((each) => `s3://dumps${each}`)],
        made,
      );
      const here = await runCli(['probe', '--json', ...args]);
      expect([there.status, there.stderr]).to.deep.equal([here.status, here.stderr]);
      expect(answerOf(there)).to.deep.equal(answerOf(here));
    }
  });

  it('that fails is no dump without a kernel', async () => {
    for (const [bucket, said] of [
      ['changed', 'the file changed while it was read (412 Precondition Failed)'],
      ['expired', 'the AWS credentials have expired (ExpiredToken): get new ones'],
      ['denied', 'S3 refuses access (AccessDenied)'],
      ['skewed', "this machine's clock and that of S3 differ too much (RequestTimeTooSkewed)"],
      ['absent', 'there is no such bucket (NoSuchBucket)'],
      ['odd', 'S3 refuses (400 SomethingOdd)'],
    ]) {
      const url = `s3://${bucket}/${dump}`;
      for (const mode of [[], ['--json', '--debug'], ['--verbose']]) {
        const { status, stderr } = await runS3(['probe', ...mode, url]);
        expect(status, bucket).to.equal(3);
        expect(stderr.startsWith(`vmcorekit: ${url}: `), stderr).to.equal(true);
        expect(stderr).to.contain(said);
      }
    }
  });

  for (const [turn, entry] of commandsOfDumps.entries()) {
    it(`shows no secret in the output of ${entry.name}`, async () => {
      const command = await entry.load();
      for (const bucket of ['dumps', 'denied', 'changed']) {
        const words = operandsFor(command, `s3://${bucket}/${dump}`, folder, turn);
        const batch = entry.name === 'shell' ? ['--batch', '--input', lines] : [];
        for (const mode of [[], ['--json', '--debug']]) {
          await runS3([entry.name, ...mode, ...batch, ...words]);
        }
      }
    });
  }

  it('is refused by a wrong secret, an unknown key and a wrong token', async () => {
    for (const [env, said] of [
      [{ AWS_SECRET_ACCESS_KEY: 'Sesame2' }, 'the secret access key does not fit'],
      [{ AWS_ACCESS_KEY_ID: 'SESAME1' }, 'S3 knows no such access key (InvalidAccessKeyId)'],
      [{ AWS_SESSION_TOKEN: 'Sesame3' }, 'the session token is wrong (InvalidToken)'],
      [{ AWS_SESSION_TOKEN: 'Sesame3ā' }, 'characters that no request can carry'],
      [{ AWS_NO_SIGN_REQUEST: 'true' }, 'S3 refuses access (AccessDenied)'],
    ] as const) {
      const made = s3Toolkit({ ...server.env, ...env });
      const { status, stderr } = await runS3(['probe', `s3://dumps/${dump}`], made);
      expect(status).to.equal(3);
      expect(stderr).to.contain(said);
    }
  });

  it('is read without credentials where the bucket is public', async () => {
    const made = s3Toolkit({ ...server.env, AWS_NO_SIGN_REQUEST: 'true' });
    const { status, stderr } = await runS3(['info', `s3://public/${dump}`], made);
    expect([status, stderr]).to.deep.equal([0, '']);
  });

  it("of another company's store is asked for by a signed address", async () => {
    const { status, stderr } = await runS3(['probe', 'gs://bucket/dump']);
    expect(status).to.equal(3);
    expect(stderr).to.contain('give a signed https:// address instead (gcloud storage sign-url)');
    expect((await runS3(['probe', 'az://box/dump'])).stderr).to.contain('generate-sas');
  });
});

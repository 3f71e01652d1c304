import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { peersRoot, runPeer } from './peers.ts';
import { type Outcome, pending, run } from './run.ts';
import { bin, vmcorekit } from './vmcorekit.ts';

const dump = fileURLToPath(new URL('../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url));
/**
 * moto 5.1.1 refuses boto3's own signatures of keys with a plus, a percent sign, quotes, or letters
 * outside ASCII.
 */
const key = 'odd keys//a-b_c.d~e/dump.kdump';

/** Makes a user who may read a bucket, and puts a file there; moto checks signatures after that. */
const prepare = `
import json, sys, boto3
endpoint, file, key = sys.argv[1:]
first = dict(endpoint_url=endpoint, region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
s3, iam = boto3.client('s3', **first), boto3.client('iam', **first)
s3.create_bucket(Bucket='dumps')
with open(file, 'rb') as body:
    s3.put_object(Bucket='dumps', Key=key, Body=body)
iam.create_user(UserName='reader')
iam.put_user_policy(UserName='reader', PolicyName='read', PolicyDocument=json.dumps({
    'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}]}))
made = iam.create_access_key(UserName='reader')['AccessKey']
print(json.dumps([made['AccessKeyId'], made['SecretAccessKey']]))
`;
const requestsToPrepare = 5;

describe('S3 as moto has it', () => {
  let server: ChildProcess | undefined;
  let keys: readonly [id: string, secret: string];
  let endpoint: string;
  // In the folder that the peers' system sees too.
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-s3-'));

  before(async function () {
    if (runPeer('moto_server', ['--help']).status !== 0) {
      return pending(this, 'moto_server is not installed');
    }
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    const command = ['moto_server', '-H', '127.0.0.1', '-p', String(port)];
    const [program = '', ...args] =
      peersRoot === undefined ? command : ['chroot', peersRoot, ...command];
    server = spawn(program, args, {
      stdio: 'ignore',
      env: { ...process.env, INITIAL_NO_AUTH_ACTION_COUNT: String(requestsToPrepare) },
    });
    for (let tries = 0; !(await answers(port)); tries++) {
      expect(tries, 'moto_server does not start').to.be.below(600);
      await sleep(100);
    }
    const file = join(folder, 'dump.kdump');
    cpSync(dump, file);
    const { status, output } = runPeer('python3', ['-c', prepare, endpoint, file, key]);
    expect(status, output).to.equal(0);
    keys = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  });

  after(() => {
    server?.kill();
    rmSync(folder, { recursive: true });
  });

  function probe(secret: string, ...args: readonly string[]): Outcome {
    const [id] = keys;
    const env = [`AWS_ENDPOINT_URL_S3=${endpoint}`, `AWS_ACCESS_KEY_ID=${id}`];
    return run('env', [...env, `AWS_SECRET_ACCESS_KEY=${secret}`, process.execPath, bin, ...args]);
  }

  it('gives the answer of the file itself, of a key with blanks and two slashes', () => {
    const there = probe(keys[1], 'probe', '--json', `s3://dumps/${key}`);
    expect(there.status, there.output).to.equal(0);
    const here = vmcorekit('probe', '--json', dump);
    const elsewhere = { file: 0, files: 0, statistics: 0 };
    expect({ ...JSON.parse(there.output), ...elsewhere }).to.deep.equal({
      ...JSON.parse(here.output),
      ...elsewhere,
    });
  });

  it('refuses a wrong secret, and says what is not there', () => {
    for (const [secret, name, said] of [
      ['wrong', `dumps/${key}`, 'the secret access key does not fit'],
      [keys[1], 'dumps/other', 'the bucket has no such key (NoSuchKey)'],
      [keys[1], 'others/key', 'there is no such bucket (NoSuchBucket)'],
    ] as const) {
      const { status, output } = probe(secret, 'probe', `s3://${name}`);
      expect(status, output).to.equal(3);
      expect(output).to.contain(said).and.not.to.contain(keys[1]);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function answers(port: number): Promise<boolean> {
  // Any request would count as one that needs no signature.
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

import { expect } from 'chai';
import { CredentialChain, type Credentials, type Provider } from '../dist/credentials.js';
import { providedCredentials } from '../dist/optional-provider.js';
import { type AwsFiles, withAwsFiles } from './support/aws-files.ts';

const other: Credentials = { accessKeyId: 'other', secretAccessKey: 'provided' };
const provided: Provider = () => Promise.resolve(other);

async function errorOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'found',
    ({ message }: Error) => message,
  );
}

async function keyOf(
  files: AwsFiles,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null | undefined> {
  const found = await new CredentialChain({ ...files.env, ...env }, provided).current();
  return found === null ? null : found.accessKeyId;
}

describe('credentials', () => {
  it('come from the environment first, then from the profile, then from elsewhere', async () => {
    await using files = await withAwsFiles({
      credentials: '[default]\naws_access_key_id = A\naws_secret_access_key = a\n',
      config: [
        '[profile both]\naws_access_key_id=B\naws_secret_access_key=b\nrole_arn = arn:aws:iam::1',
        '[profile kept]\naws_access_key_id=C\naws_secret_access_key=c',
        '[profile sso]\nsso_session = mine',
      ].join('\n'),
    });
    expect(await keyOf(files)).to.equal('A');
    expect(await keyOf(files, { AWS_PROFILE: 'kept' })).to.equal('C');
    expect(await keyOf(files, { AWS_PROFILE: 'both' })).to.equal('other');
    expect(await keyOf(files, { AWS_DEFAULT_PROFILE: 'sso' })).to.equal('other');
    const env = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'e', AWS_PROFILE: 'kept' };
    expect(await keyOf(files, env)).to.equal('E');
    expect(await keyOf(files, { ...env, AWS_NO_SIGN_REQUEST: 'YES' })).to.equal(null);
    expect(await keyOf(files, { ...env, AWS_NO_SIGN_REQUEST: 'no' })).to.equal('E');
  });

  it('that are half, or of no profile, are said to be', async () => {
    await using files = await withAwsFiles({ credentials: '[default]\naws_access_key_id = A\n' });
    expect(await errorOf(keyOf(files))).to.equal(
      'the AWS profile has an access key, but no aws_secret_access_key',
    );
    expect(await errorOf(keyOf(files, { AWS_SECRET_ACCESS_KEY: 'hidden' }))).to.equal(
      'the environment has a secret access key, but no aws_access_key_id',
    );
    expect(await errorOf(keyOf(files, { AWS_PROFILE: 'none' }))).to.contain(
      'no AWS profile is called as AWS_PROFILE says',
    );
  });

  it('are read again when they have expired', async () => {
    await using files = await withAwsFiles({
      credentials: '[default]\naws_access_key_id = A\naws_secret_access_key = a\n',
    });
    const chain = new CredentialChain(files.env, provided);
    const first = await chain.current();
    await files.write('credentials', '[default]\naws_access_key_id=B\naws_secret_access_key=b');
    expect(await chain.current()).to.equal(first);
    expect((await chain.refreshed(first))?.accessKeyId).to.equal('B');
    // A second request that met the same end does not ask once more.
    await files.write('credentials', '');
    expect((await chain.refreshed(first))?.accessKeyId).to.equal('B');
  });

  it('are asked for again shortly before they expire', async () => {
    await using files = await withAwsFiles({});
    let count = 0;
    const chain = new CredentialChain(files.env, () =>
      Promise.resolve({ ...other, expiration: new Date(Date.now() + ++count * 45_000) }),
    );
    await chain.current();
    const second = await chain.current();
    expect(await chain.current()).to.equal(second);
    expect(count).to.equal(2);
  });
});

describe("credentials by AWS's package", () => {
  const profile = { name: 'one', isNamed: true, settings: new Map(), services: new Map() };

  it('say how to install it where it is missing', async () => {
    const missing = (): never => {
      throw Object.assign(new Error('secret'), { code: 'MODULE_NOT_FOUND' });
    };
    const said = await errorOf(providedCredentials(profile, missing));
    expect(said).to.contain('npm install @aws-sdk/credential-provider-node');
    expect(said).to.contain('AWS_NO_SIGN_REQUEST=true');
  });

  it('are asked for with the named profile, and never quoted', async () => {
    const asked: unknown[] = [];
    const load = (failure?: Error) => () => ({
      defaultProvider: (options: unknown) => () => {
        asked.push(options);
        return failure === undefined ? Promise.resolve(other) : Promise.reject(failure);
      },
    });
    expect(await providedCredentials(profile, load())).to.equal(other);
    expect(asked).to.deep.equal([{ profile: 'one' }]);
    const failed = new Error('Command failed: tool --password secret');
    expect(await errorOf(providedCredentials(profile, load(failed)))).to.equal(
      'the AWS SDK finds no credentials either: aws sts get-caller-identity shows why',
    );
    const over = new Error('The SSO session associated with this profile has expired.');
    expect(await errorOf(providedCredentials(profile, load(over)))).to.contain('aws sso login');
  });
});

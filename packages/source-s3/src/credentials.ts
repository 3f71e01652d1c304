import { Fault } from '@vmcorekit/source-http/fetching';
import { type Environment, type Profile, readProfile } from './profile.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end; left out where that is unknown. */
  readonly expiration?: Date | undefined;
}

/** Asks for credentials of other kinds: roles, sessions, machines. Throws `Fault`. */
export type Provider = (profile: Profile) => Promise<Credentials>;

/** Settings of a profile whose credentials are not in the file. */
const otherKinds = ['role_arn', 'sso_session', 'sso_start_url', 'credential_process'];
/** New ones are asked for so early. */
const marginInMilliseconds = 60_000;

/** Credentials as AWS's tools find them. Null means that requests are not signed. */
export class CredentialChain {
  readonly #env: Environment;
  readonly #provider: Provider;
  #current: Promise<Credentials | null> | null = null;

  constructor(env: Environment, provider: Provider) {
    this.#env = env;
    this.#provider = provider;
  }

  /** Throws `Fault` where there are none. */
  async current(): Promise<Credentials | null> {
    const known = this.#current === null ? null : await this.#current;
    const { expiration } = known ?? {};
    if (expiration !== undefined && expiration.getTime() - Date.now() < marginInMilliseconds) {
      return await this.refreshed(known);
    }
    return await this.#load();
  }

  /** Newer ones than those that have expired; the same where there are none. */
  async refreshed(expired: Credentials | null): Promise<Credentials | null> {
    // Another request may have asked for them already.
    if ((await this.#load()) === expired) {
      this.#current = null;
    }
    return await this.#load();
  }

  #load(): Promise<Credentials | null> {
    this.#current ??= this.#found().catch((error: unknown) => {
      this.#current = null;
      throw error;
    });
    return this.#current;
  }

  /** The order is that of the AWS CLI: the environment comes before profiles. */
  async #found(): Promise<Credentials | null> {
    if (isYes(this.#env.AWS_NO_SIGN_REQUEST)) {
      return null;
    }
    const stated = keysOf(
      (name) => this.#env[name.toUpperCase()] || undefined,
      'the environment has',
    );
    if (stated !== undefined) {
      return stated;
    }
    const profile = await readProfile(this.#env);
    const isOther = otherKinds.some((name) => profile.settings.has(name));
    const inFile = isOther
      ? undefined
      : keysOf((name) => profile.settings.get(name), 'the AWS profile has');
    return inFile ?? (await this.#provider(profile));
  }
}

function keysOf(
  read: (name: string) => string | undefined,
  where: string,
): Credentials | undefined {
  const [accessKeyId, secretAccessKey] = [read('aws_access_key_id'), read('aws_secret_access_key')];
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    return undefined;
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [has, lacks] =
      accessKeyId === undefined
        ? ['a secret access key', 'aws_access_key_id']
        : ['an access key', 'aws_secret_access_key'];
    throw new Fault(`${where} ${has}, but no ${lacks}`, 'final');
  }
  return { accessKeyId, secretAccessKey, sessionToken: read('aws_session_token') };
}

function isYes(text: string | undefined): boolean {
  return /^(?:1|true|yes|on)$/i.test(text ?? '');
}

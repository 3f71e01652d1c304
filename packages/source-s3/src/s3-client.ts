import type { IncomingMessage } from 'node:http';
import { type Exchange, Fault, type Send } from '@vmcorekit/source-http/fetching';
import { AwsV4Signer } from 'aws4fetch';
import { addressOf, type S3Address } from './address.ts';
import { CredentialChain, type Credentials, type Provider } from './credentials.ts';
import { type Endpoint, placeOf, readEndpoint } from './endpoint.ts';
import { providedCredentials } from './optional-provider.ts';
import type { Environment } from './profile.ts';
import { expiredCodes, readRefusal, refusalFault } from './refusal.ts';

/** SHA-256 of no bytes: what a GET sends. */
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What `RangeClient` understands: ranges, whole bodies, and other versions of the file. */
const answers: ReadonlySet<number | undefined> = new Set([200, 206, 412, 416]);

/** Signs requests, finds the region of each bucket, and turns refusals into sentences. */
export class S3Client {
  readonly #env: Environment;
  readonly #chain: CredentialChain;
  readonly #regions: Map<string, string> = new Map();
  /** Of aws4fetch: keys that are derived from the secret, by day and region. */
  readonly #signingKeys: Map<string, ArrayBuffer> = new Map();
  #endpoint: Promise<Endpoint> | null = null;

  constructor(env: Environment, provider: Provider = providedCredentials) {
    this.#env = env;
    this.#chain = new CredentialChain(env, provider);
  }

  /**
   * Sends a request to `s3://BUCKET/KEY` where its file is. Asks once more in the region that S3
   * names, and once more with fresh credentials if those at hand have expired. Throws `Fault`.
   */
  readonly exchange: Exchange = async (url, headers, send) => {
    const address = addressOf(url);
    let credentials = await this.#chain.current();
    for (let wasMoved = false, wasFreshened = false; ; ) {
      const endpoint = await this.#endpointFor(address);
      const signed = await this.#send({ address, endpoint, credentials }, headers, send);
      const { response, authorization } = signed;
      if (answers.has(response.statusCode)) {
        return response;
      }
      const refusal = await readRefusal(response);
      const { region, code } = refusal;
      if (!wasMoved && region !== undefined && region !== endpoint.region) {
        wasMoved = true;
        this.#regions.set(address.bucket, region);
        continue;
      }
      if (!wasFreshened && expiredCodes.has(code)) {
        wasFreshened = true;
        const fresh = await this.#chain.refreshed(credentials);
        const isOther =
          fresh?.sessionToken !== credentials?.sessionToken ||
          fresh?.accessKeyId !== credentials?.accessKeyId;
        credentials = fresh;
        if (isOther) {
          continue;
        }
      }
      throw refusalFault(refusal, [...secretsOf(credentials), ...authorization.split(/[=, ]+/)]);
    }
  };

  async #endpointFor({ bucket }: S3Address): Promise<Endpoint> {
    this.#endpoint ??= readEndpoint(this.#env).catch((error: unknown) => {
      this.#endpoint = null;
      throw error;
    });
    const endpoint = await this.#endpoint;
    return { ...endpoint, region: this.#regions.get(bucket) ?? endpoint.region };
  }

  async #send(
    to: {
      readonly address: S3Address;
      readonly endpoint: Endpoint;
      readonly credentials: Credentials | null;
    },
    headers: Readonly<Record<string, string>>,
    send: Send,
  ): Promise<{ readonly response: IncomingMessage; readonly authorization: string }> {
    const place = placeOf(to.address, to.endpoint);
    if (to.credentials === null) {
      return { response: await send(place, headers), authorization: '' };
    }
    const signed = await this.#signature(place, to.endpoint.region, to.credentials);
    const response = await send(place, { ...headers, ...signed });
    return { response, authorization: signed.authorization ?? '' };
  }

  async #signature(
    place: URL,
    region: string,
    { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  ): Promise<Readonly<Record<string, string>>> {
    try {
      const signer = new AwsV4Signer({
        method: 'GET',
        url: place.href,
        headers: { 'x-amz-content-sha256': hashOfNothing },
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: 's3',
        region,
        cache: this.#signingKeys,
      });
      const { headers } = await signer.sign();
      return Object.fromEntries(headers);
    } catch {
      // A header cannot hold every character; the error would quote them.
      throw new Fault('the AWS credentials hold characters that no request can carry', 'final');
    }
  }
}

function secretsOf(credentials: Credentials | null): string[] {
  return credentials === null
    ? []
    : [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken ?? ''];
}

import { Fault } from '@vmcorekit/source-http/fetching';
import { encodedKey, type S3Address } from './address.ts';
import { type Environment, readProfile } from './profile.ts';

/** Where requests go, and what region signs them. */
export interface Endpoint {
  /** A server that is not AWS's; null for AWS. */
  readonly custom: URL | null;
  /** Where discovery begins. */
  readonly region: string;
}

/** What a region may be called: it becomes part of a host's name. */
export const regionName: RegExp = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Reads both from the environment, then from the profile, as AWS's tools do. Throws `Fault`. */
export async function readEndpoint(env: Environment): Promise<Endpoint> {
  const { settings, services } = await readProfile(env);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || settings.get('region') || 'us-east-1';
  if (!regionName.test(region)) {
    throw new Fault(
      'AWS_REGION, or the region of the AWS profile, is no name of a region',
      'final',
    );
  }
  const address =
    env.AWS_ENDPOINT_URL_S3 ||
    env.AWS_ENDPOINT_URL ||
    services.get('s3.endpoint_url') ||
    settings.get('endpoint_url') ||
    settings.get('s3.endpoint_url');
  return { custom: address === undefined ? null : customEndpoint(address), region };
}

function customEndpoint(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '') {
    throw new Fault('AWS_ENDPOINT_URL is no address of a server: wanted https://HOST', 'final');
  }
  url.username = '';
  url.password = '';
  return url;
}

/**
 * Where a key of a bucket is. The bucket is part of the host's name, with three exceptions: another
 * server than AWS's, a name that no host can have, and a dot in it. A certificate fits no dot.
 */
export function placeOf({ bucket, key }: S3Address, { custom, region }: Endpoint): URL {
  const path = encodedKey(key);
  if (custom !== null) {
    const base = `${custom.origin}${custom.pathname.replace(/\/+$/, '')}`;
    return new URL(`${base}/${bucket}/${path}`);
  }
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)
    ? new URL(`https://${bucket}.${host}/${path}`)
    : new URL(`https://${host}/${bucket}/${path}`);
}

import { createRequire } from 'node:module';
import { Fault } from '@vmcorekit/source-http/fetching';
import type { Credentials } from './credentials.ts';
import type { Profile } from './profile.ts';

const packageName = '@aws-sdk/credential-provider-node';
const install = `npm install ${packageName}`;

/**
 * Credentials by AWS's own package: SSO, roles, web identity, processes, containers, machines. It
 * is loaded here only, because it takes 16 MB and 150 ms, and it may be absent. `load` finds it
 * beside this package, never in the working directory.
 */
export async function providedCredentials(
  { name, isNamed }: Profile,
  load: (packageName: string) => unknown = createRequire(import.meta.url),
): Promise<Credentials> {
  const provider = loaded(load);
  try {
    return await provider.defaultProvider(isNamed ? { profile: name } : {})();
  } catch (error) {
    throw new Fault(whyNone(error), 'final');
  }
}

interface ProviderPackage {
  defaultProvider(options: { readonly profile?: string }): () => Promise<Credentials>;
}

function loaded(load: (packageName: string) => unknown): ProviderPackage {
  try {
    return load(packageName) as ProviderPackage;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new Fault(
      code === 'MODULE_NOT_FOUND'
        ? 'no AWS credentials are found in the environment and the profile. ' +
            `SSO, roles and machines' own need ${install}; public buckets, AWS_NO_SIGN_REQUEST=true`
        : `${packageName} cannot be loaded: install it again with ${install}`,
      'final',
    );
  }
}

/** Its own words may hold a command line with secrets. */
function whyNone(error: unknown): string {
  const said = error instanceof Error ? error.message : '';
  return /\bsso\b/i.test(said)
    ? 'there is no valid session of AWS SSO: sign in with aws sso login'
    : 'the AWS SDK finds no credentials either: aws sts get-caller-identity shows why';
}

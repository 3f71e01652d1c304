import { versionQuery } from '../offline/page-version.ts';

/** The scripts that the page may start; the browser lets it start no others. */
const scripts = ['worker.js', 'plugin-worker.js', 'remote-worker.js', 'service-worker.js'] as const;

interface TrustedScripts {
  createScriptURL(name: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(name: string): string }): TrustedScripts;
}

/**
 * Under Trusted Types a browser starts only scripts of a named policy. This one knows the page's
 * own scripts and refuses all others.
 */
function createPolicy(): TrustedScripts {
  const rules: TrustedScripts = {
    createScriptURL(name) {
      if (!scripts.some((script) => script === name)) {
        throw new TypeError(`${name} is not a script of this page`);
      }
      return name + versionOf(name);
    },
  };
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('vmcorekit', rules) ?? rules;
}

/**
 * A worker is of the page's own version. The service worker's address must stay the same: by it a
 * browser finds a newer one.
 */
function versionOf(name: string): string {
  return name === 'service-worker.js' ? '' : versionQuery();
}

const policy = createPolicy();

/** The address of one of the page's own scripts, as a browser takes it. */
export function trustedScript(name: (typeof scripts)[number]): string {
  return policy.createScriptURL(name);
}

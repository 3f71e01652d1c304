/** The scripts that the page may start; the browser lets it start no others. */
const scripts = ['worker.js', 'plugin-worker.js', 'service-worker.js'] as const;

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
      return name;
    },
  };
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('vmcorekit', rules) ?? rules;
}

const policy = createPolicy();

/** The address of one of the page's own scripts, as a browser takes it. */
export function trustedScript(name: (typeof scripts)[number]): string {
  return policy.createScriptURL(name);
}

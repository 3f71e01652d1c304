import { pluginWorkerPolicy } from '../../policy.ts';

/** How long a busy browser may take to report a refusal, which it does at once. */
const reportLimitInMilliseconds = 3000;

/** What a browser reports of a connection that a policy refuses. */
interface Violation {
  readonly blockedURI: string;
  readonly disposition: 'enforce' | 'report';
  readonly originalPolicy: string;
}

/**
 * Tries the doors that a policy closes, before anything foreign runs: a failed connection alone
 * proves nothing, so each must be reported as refused.
 *
 * @returns what the server does wrong; undefined where plug-ins are confined
 */
export async function policyProblem(scope: EventTarget = globalThis): Promise<string | undefined> {
  const violations: Violation[] = [];
  const note = (event: Event): void => {
    violations.push(event as unknown as Violation);
  };
  scope.addEventListener('securitypolicyviolation', note);
  const refusals = await Promise.all(
    attempts(globalThis.location.origin).map((attempt) => isRefused(attempt, scope)),
  );
  const isStrict =
    refusals.every(Boolean) &&
    violations.some(
      ({ disposition, originalPolicy }) => disposition === 'enforce' && isAsStrict(originalPolicy),
    ) &&
    !violations.some(({ originalPolicy }) => isReporting(originalPolicy));
  const isConfined = isStrict && (await areModulesAllowed());
  scope.removeEventListener('securitypolicyviolation', note);
  const policy = violations.at(-1)?.originalPolicy;
  if (isConfined) {
    return undefined;
  }
  return policy === undefined
    ? 'a server that sends no policy for plugin-worker.js that keeps them from the network'
    : `a server whose policy for plugin-worker.js is "${policy.slice(0, 300)}"`;
}

/** Whether a policy has all rules of ours, and allows no more with others. */
export function isAsStrict(policy: string): boolean {
  const rules = rulesOf(policy);
  const ours = rulesOf(pluginWorkerPolicy);
  return (
    [...ours].every(([name, values]) => rules.get(name) === values) &&
    [...rules].every(
      ([name, values]) => ours.has(name) || !name.includes('-src') || values === "'none'",
    )
  );
}

/** Whether a browser sends reports for it: they name what was tried, so they carry data out. */
export function isReporting(policy: string): boolean {
  return [...rulesOf(policy).keys()].some((name) => name.startsWith('report-'));
}

/** The values of each rule, sorted. Of rules with one name, the first counts. */
function rulesOf(policy: string): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  for (const rule of policy.split(';')) {
    const [name = '', ...values] = rule.trim().split(/\s+/);
    if (name !== '' && !rules.has(name.toLowerCase())) {
      rules.set(name.toLowerCase(), values.toSorted().join(' '));
    }
  }
  return rules;
}

interface Attempt {
  readonly address: string;
  readonly go: (address: string) => Promise<unknown>;
}

/** No server has these addresses. */
function attempts(origin: string): readonly Attempt[] {
  const fetchIt = (address: string): Promise<unknown> => fetch(address, { mode: 'no-cors' });
  const importIt = (address: string): Promise<unknown> => import(/* @vite-ignore */ address);
  return [
    { address: `${origin}/policy-probe.txt`, go: fetchIt },
    { address: 'https://policy-probe.invalid/fetched', go: fetchIt },
    { address: `${origin}/policy-probe.js`, go: importIt },
    { address: 'https://policy-probe.invalid/imported.js', go: importIt },
    {
      address: 'wss://policy-probe.invalid/',
      go: async (address) => {
        const socket = new WebSocket(address);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
      },
    },
  ];
}

/** A connection that fails is not refused: its server may only be away. */
function isRefused({ address, go }: Attempt, scope: EventTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isReported: boolean): void => {
      clearTimeout(timer);
      scope.removeEventListener('securitypolicyviolation', listen);
      resolve(isReported);
    };
    const listen = (event: Event): void => {
      const { blockedURI, disposition } = event as unknown as Violation;
      if (disposition === 'enforce' && blockedURI.startsWith(address)) {
        end(true);
      }
    };
    const timer = setTimeout(() => end(false), reportLimitInMilliseconds);
    scope.addEventListener('securitypolicyviolation', listen);
    go(address).then(
      () => end(false),
      () => undefined,
    );
  });
}

/** A second policy may forbid what the first one allows. */
async function areModulesAllowed(): Promise<boolean> {
  const address = URL.createObjectURL(new Blob(['export {};'], { type: 'text/javascript' }));
  try {
    await import(/* @vite-ignore */ address);
    return true;
  } catch {
    return false;
  } finally {
    URL.revokeObjectURL(address);
  }
}

import { exposedHeaders } from './range-reader.ts';

/** How long a busy browser may take to report a refusal, which it does at once. */
const reportLimitInMilliseconds = 3000;

/** What a browser reports of a request that a policy refuses. */
interface Violation {
  readonly blockedURI: string;
  readonly disposition: 'enforce' | 'report';
}

/** Notes the hosts that a Content-Security-Policy keeps this worker from. */
export class PolicyWatch implements Disposable {
  readonly #refused: Set<string> = new Set();
  #onRefused: () => void = () => {};
  readonly #note = (event: Event): void => {
    const { blockedURI, disposition } = event as unknown as Violation;
    if (disposition === 'enforce' && URL.canParse(blockedURI)) {
      this.#refused.add(new URL(blockedURI).origin);
      this.#onRefused();
    }
  };

  constructor() {
    globalThis.addEventListener('securitypolicyviolation', this.#note);
  }

  /** After a request that failed: a browser reports a refusal a little later. */
  async hasRefused({ origin }: URL): Promise<boolean> {
    if (!this.#refused.has(origin)) {
      await new Promise<void>((resolve) => {
        this.#onRefused = resolve;
        setTimeout(resolve, reportLimitInMilliseconds);
      });
    }
    return this.#refused.has(origin);
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener('securitypolicyviolation', this.#note);
  }
}

/**
 * Why a page gets no answer from a server, as the end of a sentence. A browser says only that a
 * request failed. A request whose answer no page may read shows at least whether a server is there.
 */
export async function whyUnreadable(
  url: URL,
  policy: Pick<PolicyWatch, 'hasRefused'>,
  { origin }: Pick<WorkerLocation, 'origin'>,
): Promise<string> {
  const { host, href } = url;
  const isThere = await fetch(href, {
    method: 'HEAD',
    mode: 'no-cors',
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(10_000),
  }).then(
    () => true,
    () => false,
  );
  if (isThere) {
    return (
      `${host} answers, but does not let this page read it (CORS). It must send ` +
      `Access-Control-Allow-Origin: ${origin}, Access-Control-Allow-Headers: Range, If-Match ` +
      `and Access-Control-Expose-Headers: ${exposedHeaders}, also where it refuses the file`
    );
  }
  return (await policy.hasRefused(url))
    ? `the policy of this page's own server keeps it from ${host} (Content-Security-Policy)`
    : `${host} cannot be reached, its certificate is not accepted, or it redirects to no encryption`;
}

/**
 * What the page may load and do, as the header Content-Security-Policy. It reaches no other
 * origin: a dump cannot leave through it. `data:` is what the zstd decoder fetches itself from.
 */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self' data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vmcorekit lit-html',
].join('; ');

/**
 * The same for the worker that reads dumps on servers: it may ask any. Only the page's own code
 * runs in it, and dumps that are files are opened in another worker.
 */
export const remoteWorkerPolicy: string = contentSecurityPolicy.replace(
  "connect-src 'self' data:",
  "connect-src 'self' data: https: http:",
);

/**
 * The same for the worker that runs the user's plug-ins: it reaches nothing. It is one file, so not
 * even its own server needs to be reached.
 */
export const pluginWorkerPolicy: string = [
  "default-src 'none'",
  "script-src blob: 'wasm-unsafe-eval'",
  'connect-src data:',
].join('; ');

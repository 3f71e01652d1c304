/**
 * Classes of SQLSTATE after which the same statement may succeed: connection, resources, operator
 * intervention, and a transaction that met another one.
 * Source: PostgreSQL 18, appendix A.
 */
const passing: ReadonlySet<string> = new Set(['08', '53', '57', '40']);

const systemCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What `pg` says without a code. Source: pg 8.23.1, lib/client.js and pg-pool, index.js. */
const sentences =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether a database that comes back would take the same statement. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.some(isPassing);
  }
  if (!(error instanceof Error)) {
    return false;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    systemCodes.has(code) ||
    (/^[0-9A-Z]{5}$/.test(code) && passing.has(code.slice(0, 2))) ||
    sentences.test(error.message)
  );
}

/**
 * How long a server asks to wait, in milliseconds: a `Retry-After` header of seconds, or of a date.
 * Undefined for any other text; 0 for a date in the past. `now` is a time as of `Date.now()`.
 * Source: RFC 9110, 10.2.3.
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  const given = text?.trim() ?? '';
  if (/^\d{1,9}$/.test(given)) {
    return Number(given) * 1000;
  }
  // Date.parse also takes much that is no date of HTTP: '-1', '1.5'.
  const date = /^[A-Z][a-z]{2,8}, /.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

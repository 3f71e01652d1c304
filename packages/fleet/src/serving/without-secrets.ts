import { shownText } from '@vmcorekit/core';

/**
 * The same value where addresses in texts have no query, user or password: with those, others can
 * read the dump.
 */
export function withoutSecrets<Value>(value: Value): Value {
  return cleaned(value) as Value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') {
    return shownText(value);
  }
  if (Array.isArray(value)) {
    return value.map(cleaned);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cleaned(each)]))
    : value;
}

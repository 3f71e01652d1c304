/**
 * The same value with texts that PostgreSQL takes. It has no character U+0000, and no half of a
 * surrogate pair; text out of a dump may have both. They become U+FFFD.
 * Source: PostgreSQL 18, 8.14 "JSON Types", and 8.3 "Character Types".
 */
export function storable<Value>(value: Value): Value {
  return cleaned(value) as Value;
}

/** With the flag `u`, a whole pair is one character, and only a half is a surrogate. */
const unstorable = /\0|\p{Surrogate}/gu;

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(unstorable, '\ufffd');
  }
  if (Array.isArray(value)) {
    return value.map(cleaned);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [cleaned(key), cleaned(each)]),
    );
  }
  return value;
}

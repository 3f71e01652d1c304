import { utf8Text } from '@vmcorekit/core';

/**
 * The records of an extended header: `LENGTH KEY=VALUE\n` each, where the length counts all of it.
 * Stops at the first that is none. A key may come several times. Source: POSIX, pax, "pax Extended
 * Header".
 */
export function* paxRecords(bytes: Uint8Array): Generator<readonly [string, string], void, void> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(utf8Text(bytes.subarray(at, space)));
    const text = utf8Text(bytes.subarray(space + 1, at + length - 1));
    const equals = text.indexOf('=');
    if (!(length > space - at && at + length <= bytes.length) || equals < 0) {
      return;
    }
    yield [text.slice(0, equals), text.slice(equals + 1)];
    at += length;
  }
}

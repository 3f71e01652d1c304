import { hexOf } from '@vmcorekit/core';

/** Part of every platform, but only of the DOM's and Node's types. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/**
 * Text as one word of a shell command that may be pasted. A file's name may hold anything but a
 * slash and NUL. What does not print is escaped in bash's `$'…'`, so that neither the terminal nor
 * the shell acts on it.
 */
export function shellWord(text: string): string {
  const word = text.startsWith('-') ? `./${text}` : text;
  if (/^[\w@%+=:,./-]+$/.test(word)) {
    return word;
  }
  if (/^[\x20-\x7e]+$/.test(word)) {
    return `'${word.replaceAll("'", "'\\''")}'`;
  }
  const escaped = [...new TextEncoder().encode(word)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${hexOf[byte]}`,
  );
  return `$'${escaped.join('')}'`;
}

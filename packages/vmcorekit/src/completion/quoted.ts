/** Text as one word of bash or zsh, a leading dash included. */
export function quoted(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text as one word of fish. */
export function quotedForFish(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

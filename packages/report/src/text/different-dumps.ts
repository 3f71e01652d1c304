/** The sentence that refuses several dumps where one was wanted. */
export function differentDumpsText(one: readonly string[], other: readonly string[]): string {
  return `${one.join(', ')} and ${other.join(', ')} are different dumps, not parts of one`;
}

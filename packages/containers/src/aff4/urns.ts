const scheme = 'aff4://';

/** Programs escape other characters of the same URN, and some write a second slash. */
export function keyOf(urn: string): string {
  const decoded = unescaped(urn);
  return scheme + decoded.replace(/^aff4:\/\//, '').replace(/\/{2,}/g, '/');
}

/** The URN of a file in the archive. */
export function urnOfMember(volume: string, name: string): string {
  const decoded = unescaped(name);
  return decoded.startsWith(scheme) ? decoded : `${volume}/${decoded}`;
}

/** The first word of a text, if it is a URN of AFF4. */
export function urnIn(text: string): string | undefined {
  const [word = ''] = text.trim().split(/[\s\0]/, 1);
  return word.startsWith(scheme) ? word : undefined;
}

/** Not by an expression: those take time by the square of the slashes. */
export function withoutEndSlashes(iri: string): string {
  let end = iri.length;
  while (iri[end - 1] === '/') {
    end -= 1;
  }
  return iri.slice(0, end);
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

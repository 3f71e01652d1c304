const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Whether JSON nests no deeper than `most` levels, so that reading it cannot exhaust the stack. */
export function isShallow(json: Uint8Array, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (inText) {
      at += byte === backslash ? 1 : 0;
      inText = byte !== quote;
    } else if (byte === quote) {
      inText = true;
    } else if (opening.has(byte)) {
      depth++;
      if (depth > most) {
        return false;
      }
    } else if (closing.has(byte)) {
      depth--;
    }
  }
  return true;
}

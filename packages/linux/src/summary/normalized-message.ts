/**
 * Numbers, of which only an exit code says what happened. A word of eight or more hexadecimal
 * digits is an address.
 */
const numbers = /\b(exitcode=)?(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,}\b|\d+)/gi;
/** An absolute path says where a module was built. Its last folder and its name say what it is. */
const buildPath = /\/(?:[\w.+~-]+\/)+(?=[\w.+~-]+\/[\w.+~-]+\.[ch]\b)/g;

/**
 * The line of a crash without what differs between two crashes of one bug: `N` stands for a number.
 * Names of tasks and devices, UUIDs, PCI addresses and offsets in functions are left out too.
 */
export function normalizedMessage(line: string): string {
  return ascii(line)
    .replace(/(?:: [0-9a-f]+)?(?: ilc:\d)? *\[#\d+\].*$/, '')
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/gi, '')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, 'N')
    .replace(/\b[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/gi, 'N')
    .replace(/\((device|dev) [\w-]+\)/g, '($1)')
    .replace(/\[[^[\]]{1,34}:\d+\]/g, '[task]')
    .replace(/\b(cpu)\d+/gi, '$1 N')
    .replace(buildPath, '')
    .replace(numbers, (all, exitCode: string | undefined) => (exitCode === undefined ? 'N' : all))
    .trim();
}

/** One byte a character, and nothing that a terminal obeys. */
export function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/**
 * Whether an output is as a document shows it. `…` alone on a line stands for any lines, within a
 * line for any text.
 */
export function matchesOutput(output: string, shown: string): boolean {
  const pattern = shown
    .trimEnd()
    .split('\n')
    .map((line) => (line.trim() === '…' ? anyLines : line.split('…').map(literal).join('.*')))
    .join('\n')
    .replaceAll(`${anyLines}\n`, '(?:.*\n)*?')
    .replaceAll(`\n${anyLines}`, '(?:\n.*)*')
    .replaceAll(anyLines, '[^]*');
  return new RegExp(`^${pattern}$`).test(output.trimEnd());
}

const anyLines = '\0';

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

const standardStreams = [0, 1, 2];

/**
 * Closes standard streams at the exit of the process if their terminal has gone by then. Node sets
 * each terminal back as it was, and aborts where that fails (Node 20.20, `node -i` as well).
 */
export function letGoOfLostTerminal(): void {
  const terminals = standardStreams.filter((stream) => isatty(stream));
  process.once('exit', () => {
    for (const stream of terminals) {
      if (!isatty(stream)) {
        closeSync(stream);
      }
    }
  });
}

import { type Analyzer, defineAnalyzer, type Kernel, printable, tryRead } from '@vmcorekit/core';
import { utsnameOf } from '@vmcorekit/linux';

/** The analyzer's findings; null where the dump does not hold them. */
export interface Identity {
  readonly nodename: string | null;
  readonly release: string | null;
  readonly commandLine: string | null;
}

/**
 * Answers which machine this was, and how it was started. Reads `init_uts_ns` and
 * `saved_command_line` of the located kernel.
 */
export const identity: Analyzer<Identity> = defineAnalyzer({
  name: 'identity',
  summary: 'host name, kernel and command line of the machine that was dumped',
  options: {},
  *run({ kernel }) {
    yield { kind: 'progress', doing: 'reading the identity', fraction: null };
    const names = kernel === null ? undefined : utsnameOf(kernel, kernel.vmcoreinfo, null);
    const commandLine = kernel === null ? undefined : commandLineOf(kernel);
    const data: Identity = {
      nodename: names?.nodename ?? null,
      release: names?.release ?? null,
      commandLine: commandLine ?? null,
    };
    return {
      text: [
        `host name     ${shown(names?.nodename)}`,
        `kernel        ${shown(names?.release)} ${shown(names?.version)}`,
        `command line  ${shown(commandLine)}`,
      ],
      data,
    };
  },
});

/**
 * `saved_command_line` is a pointer to the text. Its page may be excluded; the rest of the report
 * does not depend on it.
 */
function commandLineOf({ memory, symbols }: Kernel): string | undefined {
  const variable = symbols.find('saved_command_line');
  return variable && tryRead(() => memory.readText(memory.readPointer(variable.address)));
}

function shown(text: string | undefined): string {
  return text === undefined ? 'not in the dump' : printable(text);
}

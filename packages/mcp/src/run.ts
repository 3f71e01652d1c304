import { parseArgs } from 'node:util';
import type { McpServer } from '@modelcontextprotocol/server';
import { firstLine, isVmcorekitError, printable } from '@vmcorekit/core';
import { configured } from 'vmcorekit/configured';
import { Shelf } from './dumps/shelf.ts';
import { createServer } from './server.ts';
import { version } from './version.ts';

/** What a run uses of the outside world. */
export interface World {
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Serves until the client has gone, and then calls `close`. */
  readonly serve: (create: () => McpServer, close: () => void) => void;
}

const help = `Serves memory dumps to an assistant, by the Model Context Protocol over
standard input and output. Reads only, and only the dumps named here.

usage: vmcorekit-mcp [options] DUMP...

  DUMP                 a dump; FILE,FILE are the parts of one
      --symbols FILE   use a System.map, vmlinux or ISF; others are refused
      --format NAME    open every dump as NAME (like raw)
      --cache          keep types and symbols; only if you trust the dumps
      --config FILE    use this configuration instead of those found
      --no-config      use no configuration
  -h, --help           show this help
  -V, --version        show the version
`;

const options = {
  symbols: { type: 'string', multiple: true },
  format: { type: 'string' },
  cache: { type: 'boolean' },
  config: { type: 'string' },
  'no-config': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

const usageStatus = 2;

/** Runs one command line, and returns the exit status. Never throws. */
export async function run(args: readonly string[], world: World): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help === true || values.version === true) {
      world.write(values.help === true ? help : `${version()}\n`);
      return 0;
    }
    if (positionals.length === 0) {
      world.complain('vmcorekit-mcp: DUMP is missing (vmcorekit-mcp --help)\n');
      return usageStatus;
    }
    if (values['no-config'] === true && values.config !== undefined) {
      world.complain('vmcorekit-mcp: --config cannot be used with --no-config\n');
      return usageStatus;
    }
    const found = await configured({
      remark: world.complain,
      ...(values['no-config'] === true ? { config: false as const } : {}),
      ...(values.config === undefined ? {} : { config: values.config }),
      ...(values.cache === true ? { kept: positionals } : {}),
      ...(values.format === undefined ? {} : { format: values.format }),
    });
    const shelf = new Shelf(positionals, found, values.symbols ?? []);
    world.serve(
      () => createServer(shelf, found.toolkit, version()),
      () => shelf.close(),
    );
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    world.complain(
      `vmcorekit-mcp: ${printable(isVmcorekitError(error) ? message : firstLine(message))}\n`,
    );
    return usageStatus;
  }
}

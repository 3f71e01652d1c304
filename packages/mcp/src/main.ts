import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { firstLine, printable } from '@vmcorekit/core';
import { run } from './run.ts';
import { LineTransport } from './wire/line-transport.ts';

/** Serves on standard input and output until the client closes them. */
const status = await run(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  serve: (create, close) => {
    serveStdio(create, {
      transport: new LineTransport(process.stdin, process.stdout),
      onerror: ({ message }) => {
        const because = printable(firstLine(message));
        process.stderr.write(`vmcorekit-mcp: a message was refused: ${because}\n`);
      },
    });
    process.stdin.once('end', close);
  },
});
process.exitCode = status;

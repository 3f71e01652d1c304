import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { firstLine, printable } from '@vmcorekit/core';
import { run } from './run.ts';

/** Serves on standard input and output until the client closes them. */
const status = await run(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  serve: (create, close) => {
    serveStdio(create, {
      onerror: ({ message }) => {
        // Of bytes that are no message, the protocol's library says it in a page of JSON.
        const because = message.startsWith('[') ? 'it is none of JSON-RPC' : firstLine(message);
        process.stderr.write(`vmcorekit-mcp: a message was refused: ${printable(because)}\n`);
      },
    });
    process.stdin.once('end', close);
  },
});
process.exitCode = status;

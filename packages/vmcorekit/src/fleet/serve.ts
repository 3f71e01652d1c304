import { jsonLine } from '@vmcorekit/report';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { write } from '../io.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';
import { serveOptionTable, serveSettings } from './serve-options.ts';

export const serve: Command = defineCommand({
  operands: [],
  options: { ...serveOptionTable, db: databaseOption },
  isConfigured: false,
  details: [
    'Shows crashes by signature, what is new this week, each report, and the queue as web pages; ' +
      'as JSON for clients that ask for it, and /metrics for monitoring. Ctrl-C ends it.',
    'The pages change nothing, and give out no files. Only this machine reaches them, any user of ' +
      'it. With --listen on another address, everybody who reaches it can read the results.',
    'The embedded database belongs to one process: while `vmcorekit fleet run` has it, let that ' +
      'show the pages, with --listen.',
  ],
  exits: plainExits,
  examples: ['', '--listen 0', '--listen 0.0.0.0:8470 --name dumps.example.org'],
  async run(invocation) {
    const { io, global, options } = invocation;
    const fleet = await loadFleet();
    const stopping = new AbortController();
    const signal = AbortSignal.any([io.signal, stopping.signal]);
    // The server ends its answers, and the database is closed.
    using _ = io.catchInterrupts?.(() => stopping.abort());
    await fleet.serveFleet(
      { ...fleetWorld(invocation, options.db), signal },
      serveSettings(options, (address) => {
        const text = `the fleet is shown on ${address}; Ctrl-C ends it\n`;
        void write(io.stdout, global.json ? jsonLine({ schema: 1, address }) : text);
      }),
    );
    return exitStatus.interrupted;
  },
});

// Imports much: it composes what gdb needs of a dump, and the places that serve it.
import { deflateSync } from 'node:zlib';
import { printable } from '@vmcorekit/core';
import { gdbMachineOf, KernelTarget } from '@vmcorekit/gdb';
import { flag, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits } from '../exit-status.ts';
import { Here } from '../here/here.ts';
import { complain } from '../io.ts';
import { gdbAdvice } from '../serving/gdb-advice.ts';
import { monitor } from '../serving/monitor.ts';
import { serveOnLoopback } from '../serving/serve-on-loopback.ts';
import { clientOnStdin, serveOnStdio } from '../serving/serve-on-stdio.ts';
import { noAnswer } from '../terminal/report-error.ts';

/** QEMU's own gdb server has it too. */
const usualPort = 1234;

export const gdbserver: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: {
    port: value('N', `listen on this port (default ${usualPort}); 0 picks a free one`, parsePort),
    stdio: flag('serve one client on standard input and output, for gdb: target remote | …'),
    ...locateOptionTable,
  },
  details: [
    'Serves the kernel in the dump to gdb, and to what speaks its remote protocol. CPUs and tasks ' +
      'are threads, memory is read through the page tables found, and a kernel that KASLR moved ' +
      'needs no offset. Prints the gdb command to type. Ctrl-C ends it.',
    "gdb's monitor runs vmcorekit's commands on the dump: monitor ps, monitor bt 1, monitor help.",
    'A dump cannot run, and nothing of it can be changed: gdb shows refusals. The server listens ' +
      'on this machine only. Any user of this machine can connect; --stdio serves gdb alone, also ' +
      'through ssh. Several DUMPs are the parts of one split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'the client of --stdio left',
    1: 'no kernel was found in this dump, or gdb does not know its machine',
  },
  examples: ['vmcore', '--port 0 vmcore', '--stdio vmcore'],
  async run(invocation) {
    const { io, global, options, toolkit, configuration, plugins, commands, operands } = invocation;
    if (options.stdio && (options.port !== undefined || global.json)) {
      throw new UsageError(`--stdio cannot be used with ${global.json ? '--json' : '--port'}`);
    }
    const input = options.stdio ? clientOnStdin(io) : undefined;
    const search = await locateOptionsOf(toolkit, options);
    return await withDump(invocation, operands, async (dump) => {
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      const kernel = unmet === undefined ? await toolkit.openKernel(dump, verdict) : null;
      const machine = gdbMachineOf(dump.architecture?.name ?? '');
      if (kernel === null || machine === undefined) {
        const because =
          unmet ??
          (verdict.kernel === null
            ? verdict.explanation
            : kernel === null
              ? 'the page tables of the kernel are not known'
              : `gdb knows no machine like ${dump.architecture?.name}`);
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because });
      }
      const composition = { toolkit, configuration, plugins };
      const here = new Here(dump, { global, composition, commands, paths: operands, search });
      const target: KernelTarget = new KernelTarget(
        kernel,
        machine,
        (line, interruption) => monitor(line, here, io, interruption, () => target.status()),
        (bytes) => deflateSync(bytes, { level: 1 }),
      );
      // Before any client waits: gdb gives up after some seconds.
      target.threads();
      if (target.missingTasks !== null) {
        await complain(io, `vmcorekit: only CPUs are threads: ${printable(target.missingTasks)}\n`);
      } else {
        for (const remark of target.taskRemarks) {
          await complain(io, `vmcorekit: ${remark}\n`);
        }
      }
      return input !== undefined
        ? await serveOnStdio(target, input, io)
        : await serveOnLoopback(invocation, dump, target, options.port ?? usualPort, (place) =>
            gdbAdvice(kernel, place),
          );
    });
  },
});

function parsePort(text: string, option: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65535) {
    throw new UsageError(`${option}: got '${text}', wanted a port, like ${usualPort}`);
  }
  return port;
}

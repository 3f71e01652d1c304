import { net as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const net: Command = kernelCommand({
  analyzer,
  letters: { tcp: 't', udp: 'u', unix: 'x', listening: 'l', processes: 'p' },
  placeholders: { namespace: 'NUMBER', task: 'PID' },
  details: [
    'Shows the devices, IPv4 routes, neighbours and sockets of each network namespace, as ip and ' +
      'ss do. With options that name a kind, shows only those. RECV and SEND are bytes that wait; of a listening TCP ' +
      'socket, RECV is the number of connections that wait.',
    'Reads the tables that the kernel itself searches. A socket that is bound to nothing is in ' +
      'none of them; --processes finds it. stderr names every chain that is torn, and what is therefore unknown.',
  ],
  examples: [
    'vmcore',
    '--devices vmcore',
    '-tulp vmcore',
    '--namespace 4026531840 vmcore',
    '--json vmcore',
  ],
  answered: 'the network was found',
  unanswered: 'the network was not found in this dump',
});

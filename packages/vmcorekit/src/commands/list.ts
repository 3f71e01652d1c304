import { list as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const list: Command = kernelCommand({
  analyzer,
  words: [
    { name: 'HEAD', option: 'head' },
    { name: 'TYPE.MEMBER', option: 'element', isOptional: true },
  ],
  letters: { show: 's', hex: 'x' },
  placeholders: { show: 'MEMBERS', kind: 'KIND' },
  details: [
    'Walks a list, hash list, red-black tree, xarray, IDR or maple tree from its HEAD, whose type ' +
      'says which. HEAD is a symbol, an address or an expression as of print.',
    'TYPE.MEMBER says where in an element the node lies. Many heads have one that is known: ' +
      'modules, slab_caches, super_blocks. Entries of arrays are pointers to a TYPE.',
    'A node belongs to a list if its neighbours agree. stderr names the places where one is torn.',
  ],
  examples: [
    'vmcore modules -s name,state',
    'vmcore init_task.tasks task_struct.tasks --show pid,comm',
    'vmcore init_pid_ns.idr pid -s count',
  ],
  answered: 'the list was walked',
  unanswered: 'its head is not known in this dump, or its memory is lost',
});

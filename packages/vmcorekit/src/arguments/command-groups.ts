/** A part of the list of commands in `--help`. */
export interface CommandGroup {
  readonly title: string;
  readonly names: readonly string[];
}

/** What the commands are for. A command in no group is listed at the end. */
export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'Find the kernel, and look at the dump',
    names: ['probe', 'describe', 'info', 'log', 'crash-summary', 'shell'],
  },
  {
    title: 'Read the kernel, without debug information',
    names: [
      ...['ps', 'bt', 'runq', 'locks', 'files', 'vm', 'mount', 'net', 'mod', 'bpf'],
      ...['kmem', 'dev', 'irq', 'timer', 'workqueue', 'extract'],
    ],
  },
  {
    title: "Look at the kernel's data",
    names: ['sym', 'dis', 'struct', 'print', 'list', 'whatis', 'read', 'find', 'translate'],
  },
  {
    title: 'Open it in a debugger',
    names: ['gdbserver'],
  },
  {
    title: 'Check and write dumps',
    names: ['verify', 'compare', 'convert', 'repair', 'index', 'symbol-file'],
  },
  {
    title: 'Read many dumps, each once (package @vmcorekit/fleet)',
    names: [
      ...['fleet add', 'fleet run', 'fleet status', 'fleet results', 'fleet retry'],
      'fleet copy',
      'fleet serve',
    ],
  },
  {
    title: 'Plug-ins and settings',
    names: ['analyze', 'heuristics', 'plugins', 'config', 'trust', 'init', 'completion'],
  },
];

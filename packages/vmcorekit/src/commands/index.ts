// Imports every command, but each only when it runs.
import type { LazyCommand } from '../command.ts';

export const commands: readonly LazyCommand[] = [
  {
    name: 'probe',
    summary: 'find phys_base and the KASLR offset, and who wrote the file',
    load: async () => (await import('./probe.ts')).probe,
  },
  {
    name: 'shell',
    summary: 'work inside a dump: commands, words of crash, JavaScript',
    load: async () => (await import('./shell.ts')).shell,
  },
  {
    name: 'describe',
    summary: 'show the machine: host, CPUs, memory, uptime, tasks, panic',
    load: async () => (await import('./describe.ts')).describe,
  },
  {
    name: 'log',
    summary: "show the kernel's messages, as dmesg prints them",
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'mod',
    summary: 'list the kernel modules, hidden ones too; all about one',
    load: async () => (await import('./mod.ts')).mod,
  },
  {
    name: 'sym',
    summary: 'find symbols of the kernel and its modules',
    load: async () => (await import('./sym.ts')).sym,
  },
  {
    name: 'info',
    summary: 'show the file: format, header, memory map, CPUs, notes',
    load: async () => (await import('./info.ts')).info,
  },
  {
    name: 'read',
    summary: 'show memory as a hex dump, or write its raw bytes',
    load: async () => (await import('./read.ts')).read,
  },
  {
    name: 'find',
    summary: 'search memory for a text, bytes or a number',
    load: async () => (await import('./find.ts')).find,
  },
  {
    name: 'translate',
    summary: 'translate a virtual address, and show the page-table walk',
    load: async () => (await import('./translate.ts')).translate,
  },
  {
    name: 'compare',
    summary: 'check whether two dumps hold the same memory and notes',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'verify',
    summary: 'read everything in a dump and count what is damaged',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'convert',
    summary: 'convert to KDUMP, ELF, LiME or raw; recompress or split',
    load: async () => (await import('./convert.ts')).convert,
  },
  {
    name: 'repair',
    summary: 'add what crash, drgn and makedumpfile need to open a dump',
    load: async () => (await import('./repair.ts')).repair,
  },
  {
    name: 'index',
    summary: 'write the index of a flattened file, for dumps on servers',
    load: async () => (await import('./index-file.ts')).indexFile,
  },
  {
    name: 'symbol-file',
    summary: 'write an ELF file of symbols and types for gdb',
    load: async () => (await import('./symbol-file.ts')).symbolFile,
  },
  {
    name: 'ps',
    summary: 'show the tasks: processes, threads, kernel threads',
    load: async () => (await import('./ps.ts')).ps,
  },
  {
    name: 'bt',
    summary: 'show the stacks of tasks and CPUs',
    load: async () => (await import('./bt.ts')).bt,
  },
  {
    name: 'dis',
    summary: 'show the machine code of a function or at an address',
    load: async () => (await import('./dis.ts')).dis,
  },
  {
    name: 'struct',
    summary: 'show a structure: members and offsets, or its values',
    load: async () => (await import('./struct.ts')).struct,
  },
  {
    name: 'print',
    summary: 'show the value of an expression of C',
    load: async () => (await import('./print.ts')).print,
  },
  {
    name: 'list',
    summary: 'walk a list, a tree or an xarray of the kernel',
    load: async () => (await import('./list.ts')).list,
  },
  {
    name: 'whatis',
    summary: 'say what lies at an address, or the type of a name',
    load: async () => (await import('./whatis.ts')).whatis,
  },
  {
    name: 'files',
    summary: 'show the open files of processes, as lsof does',
    load: async () => (await import('./files.ts')).files,
  },
  {
    name: 'mount',
    summary: 'show the mounts that a task sees, or all of them',
    load: async () => (await import('./mount.ts')).mount,
  },
  {
    name: 'kmem',
    summary: "show the kernel's memory: totals, zones, slabs, pages",
    load: async () => (await import('./kmem.ts')).kmem,
  },
  {
    name: 'irq',
    summary: 'show interrupts: handlers, counts and affinity',
    load: async () => (await import('./irq.ts')).irq,
  },
  {
    name: 'vm',
    summary: 'show the memory areas of a process, as /proc/PID/maps',
    load: async () => (await import('./vm.ts')).vm,
  },
  {
    name: 'timer',
    summary: 'show the timers that wait, and what they will run',
    load: async () => (await import('./timer.ts')).timer,
  },
  {
    name: 'workqueue',
    summary: 'show works that run or wait, workers and workqueues',
    load: async () => (await import('./workqueue.ts')).workqueue,
  },
  {
    name: 'crash-summary',
    summary: 'show why the kernel crashed, and a signature of it',
    load: async () => (await import('./crash-summary.ts')).crashSummary,
  },
  {
    name: 'net',
    summary: 'show network devices and sockets, by namespace',
    load: async () => (await import('./net.ts')).net,
  },
  {
    name: 'extract',
    summary: 'write a file out of the page cache',
    load: async () => (await import('./extract.ts')).extract,
  },
  {
    name: 'runq',
    summary: 'show what each CPU runs, and what waits for it',
    load: async () => (await import('./runq.ts')).runq,
  },
  {
    name: 'locks',
    summary: 'show who holds locks that others wait for; deadlocks',
    load: async () => (await import('./locks.ts')).locks,
  },
  {
    name: 'bpf',
    summary: 'show the programs, maps and links of BPF',
    load: async () => (await import('./bpf.ts')).bpf,
  },
  {
    name: 'dev',
    summary: 'show devices: numbers, disks, I/O ports and memory',
    load: async () => (await import('./dev.ts')).dev,
  },
  {
    name: 'analyze',
    summary: 'show the kernel log, the memory map, VMCOREINFO, and more',
    load: async () => (await import('./analyze.ts')).analyze,
  },
  {
    name: 'gdbserver',
    summary: 'serve the dump to gdb: CPUs and tasks are threads',
    load: async () => (await import('./gdbserver.ts')).gdbserver,
  },
  {
    name: 'fleet add',
    summary: 'queue dumps to be read, each content once',
    load: async () => (await import('../fleet/add.ts')).add,
  },
  {
    name: 'fleet run',
    summary: 'read queued dumps in processes that may crash',
    load: async () => (await import('../fleet/run.ts')).run,
  },
  {
    name: 'fleet status',
    summary: 'count dumps, jobs and results',
    load: async () => (await import('../fleet/status.ts')).status,
  },
  {
    name: 'fleet results',
    summary: 'show results by kernel, signature, damage, module, time',
    load: async () => (await import('../fleet/results.ts')).results,
  },
  {
    name: 'fleet retry',
    summary: 'queue dumps again that could not be read',
    load: async () => (await import('../fleet/retry.ts')).retry,
  },
  {
    name: 'fleet copy',
    summary: 'copy everything to another database, as to PostgreSQL',
    load: async () => (await import('../fleet/copy.ts')).copy,
  },
  {
    name: 'fleet serve',
    summary: 'show crashes, results and the queue as web pages',
    load: async () => (await import('../fleet/serve.ts')).serve,
  },
  {
    name: 'heuristics',
    summary: 'list the heuristics, their costs, results and options',
    load: async () => (await import('./heuristics.ts')).heuristics,
  },
  {
    name: 'config',
    summary: 'show the configuration, and the rules that match a dump',
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'plugins',
    summary: 'list the plug-ins, and what each contributes',
    load: async () => (await import('./plugins.ts')).plugins,
  },
  {
    name: 'trust',
    summary: 'let a configuration file in this or a parent folder apply',
    load: async () => (await import('./trust.ts')).trust,
  },
  {
    name: 'init',
    summary: 'write a configuration or a plug-in to start from',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completion,
  },
];

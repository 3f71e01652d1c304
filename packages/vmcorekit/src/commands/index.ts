// Imports every command, but each only when it is run.
import type { CommandEntry } from '../arguments/help.ts';
import type { Command } from '../command.ts';

/** A command's name and summary, known without loading it. */
export interface LazyCommand extends CommandEntry {
  load(): Promise<Command>;
}

export const commands: readonly LazyCommand[] = [
  {
    name: 'probe',
    summary:
      'find the kernel in a dump: phys_base, KASLR offset, page tables, and who made the file',
    load: async () => (await import('./probe.ts')).probe,
  },
  {
    name: 'describe',
    summary: "show what the kernel says of its machine, like crash's sys, and provenance",
    load: async () => (await import('./describe.ts')).describe,
  },
  {
    name: 'info',
    summary: 'show what a dump says of itself: format, header, memory map, CPUs, notes',
    load: async () => (await import('./info.ts')).info,
  },
  {
    name: 'read',
    summary: 'read memory, physical or virtual, as a hex dump or raw',
    load: async () => (await import('./read.ts')).read,
  },
  {
    name: 'find',
    summary: 'search memory for a text, bytes or a number',
    load: async () => (await import('./find.ts')).find,
  },
  {
    name: 'translate',
    summary: 'walk the page tables for a virtual address',
    load: async () => (await import('./translate.ts')).translate,
  },
  {
    name: 'compare',
    summary: 'tell whether two dumps hold the same memory and notes, whatever their formats',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'verify',
    summary: 'read everything a dump holds, and count what is damaged',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'convert',
    summary: 'write a dump anew: KDUMP, ELF or flattened, compressed as you like, pages left out',
    load: async () => (await import('./convert.ts')).convert,
  },
  {
    name: 'repair',
    summary:
      "write what the dump's maker should have: phys_base, names, VMCOREINFO, ordinary headers",
    load: async () => (await import('./repair.ts')).repair,
  },
  {
    name: 'analyze',
    summary: 'run an analyzer on a dump: its memory map, VMCOREINFO, and those of plug-ins',
    load: async () => (await import('./analyze.ts')).analyze,
  },
  {
    name: 'heuristics',
    summary: 'list the heuristics: what each needs, costs and yields, and its options',
    load: async () => (await import('./heuristics.ts')).heuristics,
  },
  {
    name: 'config',
    summary: 'show the configuration that counts, and which rules match a dump',
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'plugins',
    summary: 'list the plug-ins, from where each is, and what it contributes',
    load: async () => (await import('./plugins.ts')).plugins,
  },
  {
    name: 'trust',
    summary: 'let a configuration found from the working directory upward count',
    load: async () => (await import('./trust.ts')).trust,
  },
  {
    name: 'init',
    summary: 'write a configuration to start from',
    load: async () => (await import('./init.ts')).init,
  },
];

import type { FuzzTarget } from '../target.ts';
import { btf } from './btf.ts';
import { codecs } from './codecs.ts';
import { config } from './config.ts';
import { elf } from './elf.ts';
import { flattened } from './flattened.ts';
import { kallsyms } from './kallsyms.ts';
import { kdump } from './kdump.ts';
import { notes } from './notes.ts';
import { pageWalk } from './page-walk.ts';
import { vmcoreinfo } from './vmcoreinfo.ts';
import { vmlinux } from './vmlinux.ts';

export const targets: readonly FuzzTarget[] = [
  elf,
  kdump,
  flattened,
  notes,
  vmcoreinfo,
  vmlinux,
  kallsyms,
  btf,
  pageWalk,
  ...codecs,
  config,
];

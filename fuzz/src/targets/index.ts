// Imports every target: it is the list of them.
import type { FuzzTarget } from '../target.ts';
import { aff4 } from './aff4.ts';
import { arm64Stacks } from './arm64-stacks.ts';
import { btf } from './btf.ts';
import { codecs } from './codecs.ts';
import { compressedFiles } from './compressed-files.ts';
import { config } from './config.ts';
import { containers } from './containers.ts';
import { machineCode } from './disassemblers.ts';
import { diskdump } from './diskdump.ts';
import { dwarf } from './dwarf.ts';
import { elf } from './elf.ts';
import { ewfSet } from './ewf.ts';
import { flattened, flattenedIndex } from './flattened.ts';
import { gdbRequests } from './gdb.ts';
import { hibernation } from './hibernation.ts';
import { i386Stacks } from './i386-stacks.ts';
import { isf } from './isf.ts';
import { kallsyms } from './kallsyms.ts';
import { kdump } from './kdump.ts';
import { moduleBtf, sortedBtf } from './kernel-btf.ts';
import { avml, lime } from './lime.ts';
import { lkcd } from './lkcd.ts';
import { machineSigns } from './machine-signs.ts';
import { notes } from './notes.ts';
import { arm64PageWalk, armPageWalk, pageWalk, ppc64PageWalk } from './page-walk.ts';
import { physicalKallsyms } from './physical-kallsyms.ts';
import { libvirtSave, qcow2, qemuStream } from './qemu.ts';
import { radixWalk } from './radix-walk.ts';
import { raw } from './raw.ts';
import { s390 } from './s390.ts';
import { sadump } from './sadump.ts';
import { shellLines } from './shell.ts';
import { stacks } from './stacks.ts';
import { symbolFiles } from './symbol-file.ts';
import { vmcoreinfo } from './vmcoreinfo.ts';
import { vmlinux } from './vmlinux.ts';
import { vmlinuz } from './vmlinuz.ts';
import { vmss } from './vmss.ts';
import { xenCore, xenSave } from './xen.ts';

export const targets: readonly FuzzTarget[] = [
  elf,
  kdump,
  diskdump,
  flattened,
  flattenedIndex,
  lime,
  hibernation,
  raw,
  qemuStream,
  libvirtSave,
  qcow2,
  avml,
  ...compressedFiles,
  ewfSet,
  aff4,
  vmss,
  s390,
  xenCore,
  xenSave,
  lkcd,
  sadump,
  notes,
  vmcoreinfo,
  vmlinux,
  vmlinuz,
  dwarf,
  isf,
  kallsyms,
  physicalKallsyms,
  machineSigns,
  btf,
  sortedBtf,
  moduleBtf,
  pageWalk,
  arm64PageWalk,
  armPageWalk,
  ppc64PageWalk,
  radixWalk,
  stacks,
  arm64Stacks,
  i386Stacks,
  ...containers,
  ...codecs,
  machineCode,
  gdbRequests,
  shellLines,
  symbolFiles,
  config,
];

// Imports much: it is the list of nearly all plug-ins.
import { plugin as architectures } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import { plugin as containers } from '@vmcorekit/containers';
import type { Plugin } from '@vmcorekit/core';
import { plugin as disassemblers } from '@vmcorekit/disassemblers';
import { plugin as elf } from '@vmcorekit/format-elf';
import { plugin as hibernation } from '@vmcorekit/format-hibernation';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin as lime } from '@vmcorekit/format-lime';
import { plugin as lkcd } from '@vmcorekit/format-lkcd';
import { plugin as qemu } from '@vmcorekit/format-qemu';
import { plugin as raw } from '@vmcorekit/format-raw';
import { plugin as s390 } from '@vmcorekit/format-s390';
import { plugin as sadump } from '@vmcorekit/format-sadump';
import { plugin as vmware } from '@vmcorekit/format-vmware';
import { plugin as xen } from '@vmcorekit/format-xen';
import { plugin as formats } from '@vmcorekit/formats';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';

/**
 * The plug-ins that open a dump and search it: all of `defaultPlugins` but the analyzers. A page
 * that fetches analyzers when the first is asked for starts with these. Of equally strong claims,
 * the first wins.
 */
export const searchPlugins: readonly Plugin[] = [
  compressors,
  architectures,
  // Before formats, which name a file that begins with zeros.
  raw,
  xen,
  // Before ELF, which also claims by name alone an ELF file that it cannot read.
  formats,
  elf,
  kdump,
  hibernation,
  qemu,
  lime,
  lkcd,
  vmware,
  s390,
  sadump,
  linux,
  disassemblers,
  heuristics,
  containers,
];

import { type DumpFormat, type FileHead, StructView } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const maxVersion = 7;
const maxCpus = 4096;

/**
 * The state that VMware's debug stub writes beside `debug.vmem`: u32 version and u32 number of
 * CPUs, little-endian. The name must be VMware's, because such numbers are no mark. Source: what
 * crash's vmware_guestdump.c reads.
 */
export const vmwareDebugState: DumpFormat = signatureFormat({
  name: 'vmware-debug-state',
  summary: 'a state of VMware’s debug stub',
  advice: 'the memory is in the debug.vmem beside it, which crash reads with it',
  probe: (head, { name }: FileHead) => {
    if (!/(^|[/\\])debug\.guest$/.test(name) || head.length < 8) {
      return undefined;
    }
    const view = new StructView(head, 'little', 'debug state');
    const [version, cpus] = [view.uint32(0), view.uint32(4)];
    return version >= 1 && version <= maxVersion && cpus >= 1 && cpus <= maxCpus
      ? `is called debug.guest, and begins with version ${version} and ${cpus} CPUs`
      : undefined;
  },
});

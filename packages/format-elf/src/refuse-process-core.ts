import { type ByteSource, CORE_NOTE_NAME, type Note, VmcorekitError } from '@vmcorekit/core';
import { PT_LOAD } from './elf-constants.ts';
import type { ProgramHeaders } from './program-headers.ts';

/** Source: Linux include/uapi/linux/elf.h. */
const NT_PRPSINFO = 3;
const NT_AUXV = 6;

/**
 * Throws `unsupported` for a core without physical addresses. That is the core of a process (its
 * NT_PRPSINFO or NT_AUXV note says so), or one whose several segments all claim address 0, as old
 * kernels' /proc/kcore did.
 */
export function refuseProcessCore(
  source: ByteSource,
  headers: ProgramHeaders,
  notes: readonly Note[],
): void {
  if (hasPhysicalAddresses(headers)) {
    return;
  }
  const ofProcess = notes.some(
    (note) => note.name === CORE_NOTE_NAME && (note.type === NT_PRPSINFO || note.type === NT_AUXV),
  );
  throw new VmcorekitError('unsupported', {
    what: `${source.name} holds no physical memory (p_paddr is 0 or all ones in every segment)`,
    advice: ofProcess
      ? 'it is the core of a process, not of a kernel: open it with gdb'
      : 'only dumps with physical addresses can be read: take the dump again, with kdump or with QEMU',
    ...(ofProcess ? { holds: 'no-memory' } : {}),
  });
}

function hasPhysicalAddresses(headers: ProgramHeaders): boolean {
  let atZero = 0;
  for (let index = 0; index < headers.count; index++) {
    const address = headers.physicalAddress[index];
    if (
      headers.type[index] === PT_LOAD &&
      address !== headers.allOnes &&
      (headers.memorySize[index] ?? 0) > 0
    ) {
      if (address !== 0) {
        return true;
      }
      atZero++;
    }
  }
  return atZero === 1;
}

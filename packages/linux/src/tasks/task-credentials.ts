import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** The users, groups and capabilities of a task. */
export interface TaskCredentials {
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly suid: number;
  readonly sgid: number;
  readonly fsuid: number;
  readonly fsgid: number;
  /** Sets of capabilities, bit n is capability n. */
  readonly capabilities: {
    readonly inheritable: bigint | null;
    readonly permitted: bigint | null;
    readonly effective: bigint | null;
    readonly bounding: bigint | null;
    readonly ambient: bigint | null;
  };
}

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'cred', {
    uid: number('uid.val', 'uid'),
    gid: number('gid.val', 'gid'),
    euid: number('euid.val', 'euid'),
    egid: number('egid.val', 'egid'),
    suid: number('suid.val', 'suid'),
    sgid: number('sgid.val', 'sgid'),
    fsuid: number('fsuid.val', 'fsuid'),
    fsgid: number('fsgid.val', 'fsgid'),
    inheritable: optional(place('cap_inheritable')),
    permitted: optional(place('cap_permitted')),
    effective: optional(place('cap_effective')),
    bounding: optional(place('cap_bset')),
    ambient: optional(place('cap_ambient')),
  }),
);

/** A kernel_cap_t has 64 bits: before Linux 6.3 two words of 32, the low one first. */
const isOneWord = perKernel(
  ({ types }: Kernel) => types.struct('cred')?.member('cap_effective.val') !== undefined,
);

/**
 * The credentials that /proc shows, `task_struct.real_cred`. The kernel may act with others for a
 * while (`cred`). Null where they cannot be read.
 */
export function credentialsOf(kernel: Kernel, address: VirtualAddress): TaskCredentials | null {
  const values = readerOf(kernel)?.tryRead(address);
  if (values === undefined) {
    return null;
  }
  const isWord = isOneWord(kernel);
  const setAt = (at: bigint | null): bigint | null => {
    const bytes = at === null ? undefined : kernel.memory.tryRead(at, 8);
    if (bytes === undefined) {
      return null;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const isLittle = kernel.memory.byteOrder === 'little';
    return isLittle || isWord
      ? view.getBigUint64(0, isLittle)
      : BigInt(view.getUint32(0)) | (BigInt(view.getUint32(4)) << 32n);
  };
  const { inheritable, permitted, effective, bounding, ambient, ...ids } = values;
  return {
    ...ids,
    capabilities: {
      inheritable: setAt(inheritable),
      permitted: setAt(permitted),
      effective: setAt(effective),
      bounding: setAt(bounding),
      ambient: setAt(ambient),
    },
  };
}

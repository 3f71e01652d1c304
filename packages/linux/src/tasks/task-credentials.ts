import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
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
  /** What contradicts them, a sentence each. */
  readonly doubts: readonly string[];
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
    user: optional(pointer('user')),
    inheritable: optional(place('cap_inheritable')),
    permitted: optional(place('cap_permitted')),
    effective: optional(place('cap_effective')),
    bounding: optional(place('cap_bset')),
    ambient: optional(place('cap_ambient')),
  }),
);

const userReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'user_struct', { uid: number('uid.val', 'uid') }),
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
  const { inheritable, permitted, effective, bounding, ambient, user, ...ids } = values;
  const capabilities = {
    inheritable: setAt(inheritable),
    permitted: setAt(permitted),
    effective: setAt(effective),
    bounding: setAt(bounding),
    ambient: setAt(ambient),
  };
  const accounted = user === null ? undefined : userReaderOf(kernel)?.tryRead(user)?.uid;
  return { ...ids, capabilities, doubts: doubtsOf({ ...ids, capabilities }, accounted) };
}

/**
 * `accounted` is the user whose processes the task counts among, which is its own. Each call that
 * sets an effective number sets the one for files too, but for setfsuid and setfsgid. Source:
 * Linux, kernel/sys.c and kernel/cred.c.
 */
function doubtsOf(
  { uid, euid, egid, fsuid, fsgid, capabilities }: Omit<TaskCredentials, 'doubts'>,
  accounted: number | undefined,
): string[] {
  const { effective, permitted } = capabilities;
  const isMore = effective !== null && permitted !== null && (effective & ~permitted) !== 0n;
  return [
    ...(accounted === undefined || accounted === uid
      ? []
      : [`its user is ${uid}, and it counts among the processes of user ${accounted}`]),
    ...(euid === fsuid
      ? []
      : [`its effective user is ${euid}, and ${fsuid} for files: by setfsuid, or by damage`]),
    ...(egid === fsgid
      ? []
      : [`its effective group is ${egid}, and ${fsgid} for files: by setfsgid, or by damage`]),
    ...(isMore ? ['its effective capabilities are more than it may have'] : []),
  ];
}

import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';

/**
 * By number, the same on all machines whose stacks are read. Source: Linux,
 * include/uapi/asm-generic/resource.h.
 */
const names = [
  'CPU',
  'FSIZE',
  'DATA',
  'STACK',
  'CORE',
  'RSS',
  'NPROC',
  'NOFILE',
  'MEMLOCK',
  'AS',
  'LOCKS',
  'SIGPENDING',
  'MSGQUEUE',
  'NICE',
  'RTPRIO',
  'RTTIME',
] as const;

/** A resource limit of a process; null is unlimited. */
export interface ResourceLimit {
  readonly name: string;
  readonly current: bigint | null;
  readonly maximum: bigint | null;
}

/** The resource limits of a process by its `signal_struct`; undefined where they cannot be read. */
export function resourceLimitsOf(
  { memory, types }: Pick<Kernel, 'memory' | 'types'>,
  signal: VirtualAddress,
): readonly ResourceLimit[] | undefined {
  const offset = types.struct('signal_struct')?.member('rlim')?.offsetInBytes;
  const word = memory.wordSizeInBits / 8;
  const unlimited = (1n << BigInt(memory.wordSizeInBits)) - 1n;
  const limitAt = (address: bigint) => {
    const value = memory.readPointer(address);
    return value === unlimited ? null : value;
  };
  return offset === undefined
    ? undefined
    : tryRead(() =>
        names.map((name, index) => {
          const at = signal + BigInt(offset + 2 * word * index);
          return { name, current: limitAt(at), maximum: limitAt(at + BigInt(word)) };
        }),
      );
}

import type { Damage, EvidenceKind, KernelClaim } from '@vmcorekit/core';
import { writeTemporaryFile } from './temporary-file.ts';

/** A kernel as the fake heuristics find it, in JSON. */
export interface FakeKernel
  extends Omit<KernelClaim, 'imageOffset' | 'textVirtualAddress' | 'root'> {
  readonly physBase: number;
  /** Where its top table lies, of four levels. */
  readonly tableAddress?: number;
  readonly textVirtualAddress?: string;
  /** Which of the fake heuristics find it; default both. */
  readonly foundBy?: readonly EvidenceKind[];
  readonly isWitnessed?: boolean;
  readonly reachedByCpu?: boolean;
}

/** What a fake dump file holds: JSON after a magic word. */
export interface FakeDumpFields {
  readonly kernels?: readonly FakeKernel[];
  /** Parts with the same word belong together. */
  readonly set?: string;
  readonly capturedBy?: string;
  readonly writtenBy?: string;
  readonly conditions?: readonly Damage[];
  readonly remarks?: readonly string[];
  /** Text in physical memory, by address; memory is 64 KiB and the page at 0x3000 is excluded. */
  readonly memory?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly vmcoreinfo?: string;
  /** Makes opening fail as a truncated file does. */
  readonly isTruncated?: boolean;
  /** CR3 of each CPU. */
  readonly cpus?: readonly number[];
}

export const fakeMagic = 'FAKEDUMP';

/** Writes a fake dump into a folder of its own and returns its path. */
export function writeFakeDump(fields: FakeDumpFields, name: string = 'vmcore'): string {
  return writeTemporaryFile(name, `${fakeMagic}${JSON.stringify(fields)}`);
}

/** A kernel of the usual kind: two kinds of evidence, witnessed, reached by a CPU. */
export const usualKernel: FakeKernel = {
  physBase: -0x25600000,
  kaslrOffset: 0x27e00000,
  textVirtualAddress: '0xffffffffa8e00000',
  tableAddress: 0x3610000,
  release: '6.1.0-56-cloud-amd64',
  banner:
    'Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC',
  buildId: '3b43fad5034874490492495d552c0af6a5fab235',
  reachedByCpu: true,
};

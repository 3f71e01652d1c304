import {
  type ByteSource,
  type Damage,
  isVmcorekitError,
  plural,
  readExactly,
  StructView,
} from '@vmcorekit/core';
import { type CpuState, cpuStateIn } from './cpu-state.ts';
import type { SadumpHeader } from './header.ts';
import { apicStateInBytes, cpuStateInBytes } from './layout.ts';

const structure = 'sadump sub header';
/** CONFIG_NR_CPUS of no x86 kernel is larger. */
const maxCpus = 8192;
/** Before the states: the size of them all. */
const sizeInBytes = 4;

export interface CpuStates {
  readonly states: readonly CpuState[];
  readonly damage: readonly Damage[];
}

/** No states, and why, where the sub header does not have one of the known size for each CPU. */
export function cpuStatesIn(file: ByteSource, header: SadumpHeader): CpuStates {
  const cpus = Number(header.fields.get('nr_cpus') ?? 0);
  const at = header.fileOffset + header.blockInBytes;
  const room = Number(header.fields.get('sub_hdr_size') ?? 0) * header.blockInBytes;
  const wanted = sizeInBytes + cpus * (apicStateInBytes + cpuStateInBytes);
  if (cpus === 0) {
    return { states: [], damage: [] };
  }
  if (cpus > maxCpus) {
    return lost(cpus, at, `no machine has more than ${maxCpus}`);
  }
  if (wanted > room) {
    return lost(cpus, at, `they take ${plural(wanted, 'byte')}, the sub header has ${room}`);
  }
  try {
    const bytes = readExactly(file, at, wanted, structure);
    const size = new StructView(bytes, 'little', structure, at).uint32(0);
    const first = sizeInBytes + cpus * apicStateInBytes;
    const stateAt = (cpu: number): number => first + cpu * cpuStateInBytes;
    return size === cpus * cpuStateInBytes
      ? {
          states: Array.from({ length: cpus }, (_, cpu) =>
            cpuStateIn(bytes.subarray(stateAt(cpu), stateAt(cpu + 1))),
          ),
          damage: [],
        }
      : lost(cpus, at, `their states take ${cpus * cpuStateInBytes} bytes, not ${size} as stated`);
  } catch (error) {
    if (isVmcorekitError(error, 'truncated')) {
      return lost(cpus, at, error.message);
    }
    throw error;
  }
}

function lost(cpus: number, fileOffset: number, because: string): CpuStates {
  const detail = `the registers of all CPUs are lost: the header states ${plural(cpus, 'CPU')}, but ${because}`;
  return {
    states: [],
    damage: [{ name: 'cpu-states-misfit', loses: 'notes', detail, fileOffset }],
  };
}

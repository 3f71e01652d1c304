import { hexText, type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perCpuAddress, perCpuOf } from '../containers/per-cpu.ts';
import { number, optional, place, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { BpfProgram } from './bpf-object.ts';
import { bpfTypeName } from './bpf-type-name.ts';

/** MAX_USED_MAPS is 64 in Linux. */
const maxMaps = 1024;
const tagSizeInBytes = 8;

type Found = BpfProgram | string;

/**
 * Reads programs by address; a sentence where none of that number lies there. Undefined where the
 * kernel's types do not have them. Source: Linux, include/linux/bpf.h, filter.h.
 */
export function bpfPrograms(
  kernel: Kernel,
): ((id: number, address: VirtualAddress) => Found) | undefined {
  const readers = readersOf(kernel);
  if (readers === undefined) {
    return undefined;
  }
  const { program, aux, user } = readers;
  return (id, address) => {
    const values = program.tryRead(address);
    const more = values === undefined ? undefined : aux.tryRead(values.aux);
    if (values === undefined || more === undefined) {
      return 'the program cannot be read';
    }
    if (more.id !== id) {
      return `the program there has the number ${more.id}`;
    }
    const statistics = values.statistics ?? more.statistics ?? 0n;
    const [runs, runTimeInNanoseconds] = runsOf(kernel, readers, statistics);
    const tag = kernel.memory.tryRead(values.tag, tagSizeInBytes);
    return {
      id,
      address,
      type: bpfTypeName(kernel.types, 'bpf_prog_type', 'BPF_PROG_TYPE_', values.type),
      name: more.name,
      tag: tag === undefined ? null : hexText(tag),
      instructions: values.instructions,
      code: codeOf(more.start ?? 0n, more.end ?? 0n, BigInt(values.codeLength ?? 0)),
      loadTime: more.loadTime,
      uid: more.user === 0n ? null : (user.tryRead(more.user)?.uid ?? null),
      maps: mapsOf(kernel, readers, more.maps, more.mapCount),
      runs,
      runTimeInNanoseconds,
    };
  };
}

/** To Linux 5.17, a program's symbol ends where its last page does; its own length is exact. */
function codeOf(start: VirtualAddress, end: VirtualAddress, length: bigint): BpfProgram['code'] {
  if (start >= end) {
    return undefined;
  }
  return { start, end: length > 0n && length < end - start ? start + length : end };
}

type Readers = NonNullable<ReturnType<typeof readersOf>>;

/** Null where one of them cannot be read. */
function mapsOf(
  { memory }: Kernel,
  { map }: Readers,
  pointers: VirtualAddress,
  count: number,
): readonly number[] | null {
  if (count > maxMaps) {
    return null;
  }
  const word = BigInt(memory.wordSizeInBits / 8);
  const ids: number[] = [];
  for (let index = 0n; index < BigInt(count); index++) {
    const address = tryRead(() => memory.readPointer(pointers + index * word));
    const id = address === undefined ? undefined : map.tryRead(address)?.id;
    if (id === undefined) {
      return null;
    }
    ids.push(id);
  }
  return ids;
}

/** The sum of what each CPU counts; null where a part cannot be read. */
function runsOf(
  kernel: Kernel,
  { statistics }: Readers,
  counters: VirtualAddress,
): readonly [runs: bigint | null, nanoseconds: bigint | null] {
  const cpus = perCpuOf(kernel).possible.value;
  if (cpus === null || counters === 0n || statistics === undefined) {
    return [null, null];
  }
  let [runs, nanoseconds] = [0n, 0n];
  for (const cpu of cpus) {
    const address = perCpuAddress(kernel, counters, cpu);
    const values = address === undefined ? undefined : statistics.tryRead(address);
    if (values === undefined) {
      return [null, null];
    }
    runs += values.runs;
    nanoseconds += values.nanoseconds;
  }
  return [runs, nanoseconds];
}

function readersOf(kernel: Kernel) {
  const program = knownReader(kernel, 'bpf_prog', {
    type: number('type'),
    tag: place('tag'),
    instructions: number('len'),
    codeLength: optional(number('jited_len')),
    aux: pointer('aux'),
    statistics: optional(pointer('stats')),
  });
  const aux = knownReader(kernel, 'bpf_prog_aux', {
    id: number('id'),
    name: text('name'),
    loadTime: wide('load_time'),
    user: pointer('user'),
    maps: pointer('used_maps'),
    mapCount: number('used_map_cnt'),
    start: optional(pointer('ksym.start')),
    end: optional(pointer('ksym.end')),
    statistics: optional(pointer('stats')),
  });
  const user = knownReader(kernel, 'user_struct', { uid: number('uid.val') });
  const map = knownReader(kernel, 'bpf_map', { id: number('id') });
  const statistics = knownReader(kernel, 'bpf_prog_stats', {
    runs: wide('cnt'),
    nanoseconds: wide('nsecs'),
  });
  return program === undefined || aux === undefined || user === undefined || map === undefined
    ? undefined
    : { program, aux, user, map, statistics };
}

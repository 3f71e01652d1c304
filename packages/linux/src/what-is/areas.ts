import { hex, type Kernel, type Progress, tryRead } from '@vmcorekit/core';
import { areaAddresses } from '../address-space/area-tree.ts';
import { WalkNotes } from '../containers/index.ts';
import { filePath } from '../files/file-path.ts';
import { vmallocAreas } from '../memory/vmalloc-areas.ts';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import type { AddressAnswer } from './answer.ts';

const maxUserAnswers = 64;
const areasPerStep = 512;

const rangeReaderOf = perKernel((kernel: Kernel) =>
  structReader(kernel, 'vm_area_struct', { start: pointer('vm_start'), end: pointer('vm_end') }),
);

/** The area of vmalloc memory that holds an address, with the code that asked for it. */
export function* vmallocAnswer(
  kernel: Kernel,
  address: bigint,
): Generator<Progress, AddressAnswer | undefined, void> {
  const { types, symbols } = kernel;
  const isKnown =
    ['vmap_area.list', 'vmap_area.vm', 'vm_struct.caller'].every((path) => {
      const [struct = '', member = ''] = path.split('.');
      return types.struct(struct)?.member(member) !== undefined;
    }) && (symbols.find('vmap_area_list') ?? symbols.find('vmap_nodes')) !== undefined;
  let count = 0;
  for (const area of isKnown ? vmallocAreas(kernel, new WalkNotes()) : []) {
    const { start, end, caller, callerSymbol } = area;
    if (address >= start && address < end) {
      const by = callerSymbol === null ? '' : `, made by ${callerSymbol.name}`;
      return {
        kind: 'vmalloc',
        text: `${hex(address - start)} into the vmalloc area ${hex(start)}–${hex(end)}${by}`,
        how: `vmap_area at ${hex(area.address)}`,
        facts: {
          start: hex(start),
          end: hex(end),
          caller: caller === null ? null : hex(caller),
          callerSymbol: callerSymbol?.name ?? null,
        },
      };
    }
    if (++count % areasPerStep === 0) {
      yield { kind: 'progress', doing: 'walking the vmalloc areas', fraction: null };
    }
  }
  return undefined;
}

/** The processes that map an address of user memory, each with its mapping. */
export function* userAnswers(
  kernel: Kernel,
  address: bigint,
): Generator<Progress, AddressAnswer[], void> {
  const list = yield* readTasks(kernel);
  const answers: AddressAnswer[] = [];
  const seen = new Set<bigint>();
  for (const { values, pid, comm } of typeof list === 'string' ? [] : list.tasks) {
    const { mm } = values;
    if (mm === 0n || seen.has(mm) || answers.length >= maxUserAnswers) {
      continue;
    }
    seen.add(mm);
    yield { kind: 'progress', doing: 'looking through the mappings of processes', fraction: null };
    for (const at of areaAddresses(kernel, mm, new WalkNotes())) {
      const range = rangeReaderOf(kernel).tryRead(at);
      if (range !== undefined && address >= range.start && address < range.end) {
        const { start, end } = range;
        const area = kernel.object('struct vm_area_struct', at);
        const file = tryRead(() => filePath(kernel, area.at('vm_file').pointer())) ?? null;
        answers.push({
          kind: 'user mapping',
          text: `${hex(address - start)} into ${hex(start)}–${hex(end)} of task ${pid} '${comm}'${file === null ? '' : `, ${file}`}`,
          how: `vm_area_struct at ${hex(at)}`,
          facts: { pid, comm, start: hex(start), end: hex(end), file },
        });
        break;
      }
    }
  }
  return answers;
}

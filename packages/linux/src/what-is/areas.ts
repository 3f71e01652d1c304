import { hex, type Kernel, type Progress, tryRead } from '@vmcorekit/core';
import { containerOf, listNodes, mapleEntries, rbNodes, WalkNotes } from '../containers/index.ts';
import { pathOf, pathPlaceAt } from '../files/path-of.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import type { AddressAnswer } from './answer.ts';

const maxVmapNodes = 1024;
const maxUserAnswers = 64;
const areasPerStep = 512;

/** The area of vmalloc memory that holds an address, with the code that asked for it. */
export function* vmallocAnswer(
  kernel: Kernel,
  address: bigint,
): Generator<Progress, AddressAnswer | undefined, void> {
  let count = 0;
  for (const head of vmapHeads(kernel)) {
    for (const node of listNodes(kernel, head, new WalkNotes(), { name: 'the vmalloc areas' })) {
      const area = kernel.object(
        'struct vmap_area',
        containerOf(kernel, 'vmap_area', 'list', node),
      );
      const range = tryRead(() => [area.at('va_start').bits(), area.at('va_end').bits()] as const);
      if (range !== undefined && address >= range[0] && address < range[1]) {
        const vm = tryRead(() => area.at('vm').pointer()) ?? 0n;
        const caller =
          vm === 0n
            ? undefined
            : tryRead(() => kernel.object('struct vm_struct', vm).at('caller').bits());
        const symbol = caller === undefined ? undefined : kernel.symbols.at(caller, 'return');
        const by = symbol === undefined ? '' : `, made by ${symbol.name}`;
        return {
          kind: 'vmalloc',
          text: `${hex(address - range[0])} into the vmalloc area ${hex(range[0])}–${hex(range[1])}${by}`,
          how: `vmap_area at ${hex(area.address)}`,
          facts: {
            start: hex(range[0]),
            end: hex(range[1]),
            caller: caller === undefined ? null : hex(caller),
            callerSymbol: symbol?.name ?? null,
          },
        };
      }
      if (++count % areasPerStep === 0) {
        yield { kind: 'progress', doing: 'walking the vmalloc areas', fraction: null };
      }
    }
  }
  return undefined;
}

/** One list up to Linux 6.8, then one for each node of `vmap_nodes`. */
function* vmapHeads(kernel: Kernel): Generator<bigint, void, void> {
  const { symbols, types } = kernel;
  if (types.struct('vmap_area')?.member('list') === undefined) {
    return;
  }
  const list = symbols.find('vmap_area_list')?.address;
  if (list !== undefined) {
    yield list;
    return;
  }
  if (symbols.find('vmap_nodes') === undefined || symbols.find('nr_vmap_nodes') === undefined) {
    return;
  }
  const nodes = kernel.variable('vmap_nodes');
  const count = tryRead(() => kernel.variable('nr_vmap_nodes').number()) ?? 0;
  for (let index = 0; index < Math.min(count, maxVmapNodes); index++) {
    const head = tryRead(() => nodes.at(`[${index}].busy.head`).address);
    if (head !== undefined) {
      yield head;
    }
  }
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
    for (const at of areasOf(kernel, mm)) {
      const area = kernel.object('struct vm_area_struct', at);
      const range = tryRead(() => [area.at('vm_start').bits(), area.at('vm_end').bits()] as const);
      if (range !== undefined && address >= range[0] && address < range[1]) {
        const file = tryRead(() => fileOf(kernel, area.at('vm_file').pointer())) ?? null;
        answers.push({
          kind: 'user mapping',
          text: `${hex(address - range[0])} into ${hex(range[0])}–${hex(range[1])} of task ${pid} '${comm}'${file === null ? '' : `, ${file}`}`,
          how: `vm_area_struct at ${hex(at)}`,
          facts: { pid, comm, start: hex(range[0]), end: hex(range[1]), file },
        });
        break;
      }
    }
  }
  return answers;
}

/** A maple tree since Linux 6.1, a red-black tree before. */
function* areasOf(kernel: Kernel, mm: bigint): Generator<bigint, void, void> {
  const struct = kernel.types.struct('mm_struct');
  const tree = struct?.member('mm_mt');
  const notes = new WalkNotes();
  if (tree !== undefined) {
    for (const { entry } of mapleEntries(kernel, mm + BigInt(tree.offsetInBytes), notes)) {
      yield entry;
    }
    return;
  }
  const root = struct?.member('mm_rb');
  if (root !== undefined) {
    for (const node of rbNodes(kernel, mm + BigInt(root.offsetInBytes), notes)) {
      yield containerOf(kernel, 'vm_area_struct', 'vm_rb', node);
    }
  }
}

function fileOf(kernel: Kernel, file: bigint): string | null {
  if (file === 0n) {
    return null;
  }
  const place = pathPlaceAt(kernel, kernel.object('struct file', file).at('f_path').address);
  return place === undefined ? null : (pathOf(kernel, place)?.path ?? null);
}

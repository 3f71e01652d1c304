import type { VirtualAddress } from '@vmcorekit/core';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { isAgreed } from './agreement.ts';
import type { TaskSamples } from './task-samples.ts';
import { TaskWindow } from './task-window.ts';

/** Where a task has its parent, and hangs among the parent's children. */
export interface FoundFamily {
  readonly realParent: number;
  readonly children: number;
  readonly sibling: number;
}

const mostChildren = 65_536;
/** Real tasks have two or three pointers and lists like these. */
const mostCandidates = 16;

/**
 * Finds the pointer to the parent, and the list of its children, that agree for every task. The
 * pointer to a debugger is equal to that to the parent, or the list refutes it.
 */
export function findFamily(samples: TaskSamples): FoundFamily | undefined {
  const { leaders, memory, list } = samples;
  const [initTask, one, two] = leaders;
  if (initTask === undefined || one === undefined || two === undefined) {
    return undefined;
  }
  const known = new Set(leaders.map((task) => task.address));
  const isTask = (address: VirtualAddress) =>
    known.has(address) ||
    initTask.hasMark(
      (initTask.mayLeadTo(address)
        ? new TaskWindow(memory, address).word(list.stack)
        : undefined) ?? 0n,
      list.magicAt,
    );
  const oldest = [initTask, one, two];
  const parents = samples.words(
    leaders,
    (task, value) =>
      oldest.includes(task)
        ? value === initTask.address
        : value !== 0n && value !== task.address && isTask(value),
    ['real_parent'],
  );
  if (parents.length > mostCandidates) {
    return undefined;
  }
  const found: FoundFamily[] = [];
  let left = mostCandidates;
  for (const children of samples.words([initTask], (_, value) => value !== 0n, ['children'])) {
    const sibling = Number((initTask.word(children) ?? 0n) - one.address);
    const isWithin =
      sibling > 0 &&
      sibling < list.sizeInBytes &&
      sibling !== list.tasks &&
      one.word(sibling + memory.wordSizeInBits / 8) === initTask.address + BigInt(children) &&
      left-- > 0;
    const parentOf = isWithin ? parentsBy(samples, children, sibling) : new Map<bigint, bigint>();
    for (const realParent of parents) {
      const isParent = isAgreed(leaders.slice(1), (task) => {
        const parent = parentOf.get(task.address);
        return parent === undefined ? undefined : parent === task.word(realParent);
      });
      if (isParent) {
        found.push({ realParent, children, sibling });
      }
    }
  }
  const [first] = found;
  const areAlike = found.every(
    (each) =>
      each.children === first?.children &&
      each.sibling === first.sibling &&
      leaders.every((task) => task.word(each.realParent) === task.word(first.realParent)),
  );
  return areAlike ? first : undefined;
}

/** By task, the one that has it in its list of children. */
function parentsBy(
  { memory, leaders }: TaskSamples,
  children: number,
  sibling: number,
): Map<VirtualAddress, VirtualAddress> {
  const parentOf = new Map<VirtualAddress, VirtualAddress>();
  let left = mostChildren;
  for (const parent of leaders) {
    const head = parent.address + BigInt(children);
    if (left <= 0 || parent.word(children) === head) {
      continue;
    }
    for (const node of listNodes({ memory }, head, new WalkNotes(), { limit: left })) {
      parentOf.set(BigInt.asUintN(64, node - BigInt(sibling)), parent.address);
      left--;
    }
  }
  return parentOf;
}

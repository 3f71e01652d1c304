import {
  hex,
  type Kernel,
  type StackEnd,
  StructView,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import { containerOf, llistNodes, WalkNotes } from '../containers/index.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { incomplete } from './stack-end.ts';

/** A function cannot be in progress more often on a stack of 16 KiB. */
const maxProbes = 1024;
/** The graph tracer keeps its return addresses in one page (SHADOW_STACK_SIZE). */
const graphStackSizeInBytes = 4096;
const wordSizeInBytes = 8;

/** The code that a kretprobe returns to first, by its names since 6.x, 5.16 and before. */
const probeNames = ['arch_rethook_trampoline', '__kretprobe_trampoline', 'kretprobe_trampoline'];
const graphName = 'return_to_handler';

/** Where a probe keeps the true return address: rethooks since Linux 5.18, instances since 5.11. */
const probeForms = [
  { list: 'rethooks', node: 'rethook_node', frame: 'frame' },
  { list: 'kretprobe_instances', node: 'kretprobe_instance', frame: 'fp' },
] as const;

/** A return address that a tracer replaced in the stack. */
export interface TracedReturn {
  readonly address: VirtualAddress;
  /** Where it was found, for people. */
  readonly note: string;
}

/** Where a return address lies. */
export interface ReturnPlace {
  readonly slot: VirtualAddress;
  /** What tracers know the call by, if not by the slot: the frame pointer of the caller. */
  readonly key?: VirtualAddress;
}

/**
 * The true return address where a tracer has put its own code into a slot of the stack, or why the
 * stack ends there: the tracer's record of it is not found, or belongs to no known task. Undefined
 * where the address is no tracer's code. Source: Linux, kernel/trace/rethook.c
 * (rethook_find_ret_addr), kernel/trace/fgraph.c (ftrace_graph_ret_addr).
 */
export function replacedReturn(
  kernel: Kernel,
  task: VirtualAddress | null,
  address: VirtualAddress,
  { slot, key = slot }: ReturnPlace,
): TracedReturn | StackEnd | undefined {
  const { probes, graph, probeCode, graphCode } = tracersOf(kernel);
  const isGraph = address === graphCode;
  if (!isGraph && !probeCode.includes(address)) {
    return undefined;
  }
  const found =
    task === null ? undefined : isGraph ? graph?.(task, key) : probes?.(task, key, probeCode);
  return found === undefined
    ? incomplete(
        'broken',
        `a tracer replaced the return address at ${hex(slot)}, and has no record of it`,
      )
    : {
        address: found,
        note: `return address kept by ${isGraph ? 'the function_graph tracer' : 'a kretprobe'}`,
      };
}

/** Where a tracer's code begins that functions return to in place of their callers. */
export function tracerCodeOf(kernel: Kernel): readonly VirtualAddress[] {
  const { probeCode, graphCode } = tracersOf(kernel);
  return graphCode === undefined ? probeCode : [...probeCode, graphCode];
}

/** Whether it is what a tracer puts in place of a return address. */
export function isTracerCode(kernel: Kernel, address: VirtualAddress): boolean {
  return tracerCodeOf(kernel).includes(address);
}

const tracersOf = perKernel((kernel: Kernel) => ({
  probes: probeReader(kernel),
  graph: graphReader(kernel),
  probeCode: probeNames.flatMap((name) => kernel.symbols.find(name)?.address ?? []),
  graphCode: kernel.symbols.find(graphName)?.address,
}));

/** Several probes of one slot may point to each other: the last of them has the true address. */
function probeReader(
  kernel: Kernel,
):
  | ((task: bigint, slot: bigint, own: readonly bigint[]) => VirtualAddress | undefined)
  | undefined {
  const task = kernel.types.struct('task_struct');
  for (const { list, node, frame } of probeForms) {
    const head = task?.member(`${list}.first`) ?? task?.member(list);
    const type = kernel.types.struct(node);
    if (
      head === undefined ||
      type?.member(frame) === undefined ||
      type.member('llist') === undefined
    ) {
      continue;
    }
    const reader = structReader(kernel, node, {
      frame: pointer(frame),
      address: pointer('ret_addr'),
    });
    return (address, slot, own) => {
      const first = address + BigInt(head.offsetInBytes);
      for (const each of llistNodes(kernel, first, new WalkNotes(), { limit: maxProbes })) {
        const probe = reader.tryRead(containerOf(kernel, node, 'llist', each));
        if (probe !== undefined && probe.frame === slot && !own.includes(probe.address)) {
          return probe.address;
        }
      }
      return undefined;
    };
  }
  return undefined;
}

/** `ret_stack` is an array of records, or since Linux 6.11 of words; a record holds the slot. */
function graphReader(
  kernel: Kernel,
): ((task: bigint, slot: bigint) => VirtualAddress | undefined) | undefined {
  const task = kernel.types.struct('task_struct');
  const record = kernel.types.struct('ftrace_ret_stack');
  const [slotAt, addressAt] = [record?.member('retp'), record?.member('ret')];
  const stack = task?.member('ret_stack');
  if (
    slotAt === undefined ||
    addressAt === undefined ||
    stack === undefined ||
    task?.member('curr_ret_stack') === undefined
  ) {
    return undefined;
  }
  const reader = structReader(kernel, 'task_struct', {
    stack: pointer('ret_stack'),
    used: number('curr_ret_stack'),
  });
  const isOfRecords = stack.type?.kind === 'pointer' && stack.type.to?.kind === 'struct';
  const recordSize = record?.sizeInBytes ?? wordSizeInBytes;
  return (address, slot) => {
    const { stack: start, used } = reader.read(address);
    const length = isOfRecords ? (used + 1) * recordSize : used * wordSizeInBytes;
    const bytes = kernel.memory.tryRead(
      start,
      Math.max(0, Math.min(length, graphStackSizeInBytes)),
    );
    if (start === 0n || bytes === undefined) {
      return undefined;
    }
    const view = new StructView(bytes, kernel.memory.byteOrder, 'ret_stack');
    // The newest record of the slot counts: older ones at the same place have been left.
    for (let at = bytes.length - wordSizeInBytes; at >= 0; at -= wordSizeInBytes) {
      const from = at - slotAt.offsetInBytes + addressAt.offsetInBytes;
      if (view.uint64(at) === slot && from >= 0) {
        return tryRead(() => kernel.memory.readUint64(start + BigInt(from)));
      }
    }
    return undefined;
  };
}

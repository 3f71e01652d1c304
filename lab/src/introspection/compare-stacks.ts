import type { AnsweredFrame, BtAnswer, PsAnswer } from './answers.ts';
import { subjectOf, type TaskTruth } from './compare-tasks.ts';
import type { Comparison, Difference } from './difference.ts';
import { proveMoved } from './moved.ts';
import type { SavedFrame, SavedTask } from './saved-tasks.ts';

/** Addresses from `start` up to, not including, `end`. */
export interface AddressRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** The kernel's own traces have at most so many frames. Linux, fs/proc/base.c. */
const mostFrames = 64;

/**
 * Compares the answered stacks with /proc/PID/stack. Tasks that run have none there.
 * @param hasTypes false for a kernel of which less is known, so that a stack may be incomplete
 * @param scheduler `__sched_text_start` to `__sched_text_end`: /proc leaves out frames there.
 */
export function compareStacks(
  answer: BtAnswer,
  tasksOfAnswer: PsAnswer,
  truth: TaskTruth,
  scheduler: AddressRange,
  hasTypes: boolean = true,
): Comparison {
  const excluded: { subject: string; proof: string }[] = [];
  const differences: Difference[] = [];
  const answeredTasks = new Map(tasksOfAnswer.tasks.map((task) => [task.pid, task]));
  const stacks = new Map(answer.stacks.map((stack) => [stack.pid, stack]));
  let compared = 0;
  for (const saved of truth.tasks.values()) {
    const subject = subjectOf(saved.pid, saved.comm);
    const proof =
      whyNotComparable(saved) ?? proveMoved(saved, answeredTasks.get(saved.pid), truth.panickedPid);
    if (proof !== undefined) {
      excluded.push({ subject, proof });
      continue;
    }
    const stack = stacks.get(saved.pid);
    const found = compareStack(subject, saved.stack ?? [], stack?.frames, scheduler);
    const isShorter = found.length > 0 && found.every(({ answer: rest }) => rest === '');
    // An answer that says less, and says so, is not false.
    if (!hasTypes && isShorter && stack?.end?.isComplete === false) {
      excluded.push({ subject, proof: `bt says that it is not complete: ${stack.end.reason}` });
      continue;
    }
    const [rest] = found;
    if (isShorter && rest !== undefined && endsAtTracer(rest.truth, stack?.end?.detail)) {
      excluded.push({ subject, proof: "a tracer's code ends the guest's own trace too" });
      continue;
    }
    compared++;
    differences.push(...found);
  }
  return { compared, excluded, differences };
}

/**
 * Before Linux 5.11, neither the kernel nor bt finds what a kretprobe will return to. The kernel
 * shows the probe's code as its last frame, by the name of the function before it.
 */
function endsAtTracer(rest: string, detail: string | null | undefined): boolean {
  return !rest.includes(' < ') && detail?.startsWith('a tracer replaced') === true;
}

function whyNotComparable(saved: SavedTask): string | undefined {
  if (saved.state === 'R') {
    return 'it was running or about to';
  }
  if (saved.state === 'Z' || saved.state === 'X') {
    return 'it was dead';
  }
  return saved.stack === undefined ? 'the guest could not read its stack' : undefined;
}

function compareStack(
  subject: string,
  saved: readonly SavedFrame[],
  answered: readonly AnsweredFrame[] | undefined,
  scheduler: AddressRange,
): readonly Difference[] {
  const truth = withoutStale(saved).map(showFrame);
  if (answered === undefined) {
    return [{ subject, field: 'missing', truth: truth.join(' < '), answer: '' }];
  }
  const shown = answered
    .filter((frame) => isInKernelTrace(frame, scheduler))
    .slice(0, mostFrames)
    .map((frame) =>
      showFrame({
        symbol: frame.symbol ?? frame.address,
        offset: frame.offset ?? 0,
        module: frame.module ?? null,
      }),
    );
  return compareFrames(subject, truth, shown);
}

/**
 * ppc64's own trace begins with the frame of `_switch`, where an older call may have left a return
 * address. `__switch_to` calls nothing else when it switches. Source: Linux,
 * arch/powerpc/kernel/stacktrace.c (arch_stack_walk).
 */
function withoutStale(saved: readonly SavedFrame[]): readonly SavedFrame[] {
  return saved[1]?.symbol === '__switch_to' ? saved.slice(1) : saved;
}

/** Shows both stacks from their first frame that differs. */
export function compareFrames(
  subject: string,
  truth: readonly string[],
  answer: readonly string[],
): readonly Difference[] {
  const longer = truth.length > answer.length ? truth : answer;
  const at = longer.findIndex((_, index) => truth[index] !== answer[index]);
  const rest = (frames: readonly string[]): string => frames.slice(at).join(' < ');
  return at < 0
    ? []
    : [{ subject, field: `frame ${at}`, truth: rest(truth), answer: rest(answer) }];
}

function isInKernelTrace(frame: AnsweredFrame, scheduler: AddressRange): boolean {
  const address = BigInt(frame.address);
  return frame.kind !== 'user' && !(address >= scheduler.start && address < scheduler.end);
}

/** As the kernel writes a frame, without the size of its function. */
export function showFrame({ symbol, offset, module }: SavedFrame): string {
  return `${symbol}+0x${offset.toString(16)}${module === null ? '' : ` [${module}]`}`;
}

import { hex } from '@vmcorekit/core';
import type { Interrupt, Interrupts, SoftInterrupt } from '@vmcorekit/linux';
import { type CodeJson, codeJson } from './code-json.ts';

/** What `irq` says of an interrupt, for programs. Addresses are texts; null means "not proved". */
export interface IrqInterrupt {
  readonly number: number;
  /** Of its `struct irq_desc`. */
  readonly address: string;
  /**
   * The names of its handlers, with commas between, as /proc/interrupts shows them. Null where it
   * has none, or one cannot be read.
   */
  readonly name: string | null;
  /** Of its controller; null also where it has none. */
  readonly chip: string | null;
  /** At its controller; decimal text beyond 2^53. */
  readonly hardwareNumber: number | string;
  readonly flow: string | null;
  readonly depth: number;
  /** Whether /proc/interrupts leaves it out, as those between CPUs on arm64. */
  readonly isHidden: boolean | null;
  readonly handlers: readonly {
    readonly address: string;
    readonly name: string | null;
    readonly function: CodeJson | null;
    readonly threadFunction: CodeJson | null;
  }[];
  /** One for each of `cpus`. */
  readonly counts: readonly number[] | null;
  readonly count: number | null;
  readonly affinity: readonly number[] | null;
  readonly effectiveAffinity: readonly number[] | null;
}

export interface IrqSoftInterrupt {
  readonly number: number;
  readonly name: string | null;
  readonly function: CodeJson | null;
  readonly counts: readonly number[] | null;
}

export interface IrqReport {
  /** The CPUs that counts are of. */
  readonly cpus: readonly number[];
  readonly interrupts: readonly IrqInterrupt[];
  readonly softirqs: readonly IrqSoftInterrupt[] | null;
}

export function irqReport(found: Interrupts, interrupts: readonly Interrupt[]): IrqReport {
  return {
    cpus: found.cpus,
    interrupts: interrupts.map(irqInterrupt),
    softirqs: found.softInterrupts?.map(irqSoftInterrupt) ?? null,
  };
}

function irqInterrupt(interrupt: Interrupt): IrqInterrupt {
  const { number, address, chip, flow, depth, isHidden, handlers, counts, hardwareNumber } =
    interrupt;
  const isExact = hardwareNumber <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    number,
    address: hex(address),
    name: handlers.length === 0 ? null : namesOf(handlers),
    chip: chip ?? null,
    hardwareNumber: isExact ? Number(hardwareNumber) : hardwareNumber.toString(),
    flow: flow ?? null,
    depth,
    isHidden,
    handlers: handlers.map((each) => ({
      address: hex(each.address),
      name: each.name,
      function: codeJson(each.handler),
      threadFunction: codeJson(each.threadFunction),
    })),
    counts,
    count: counts?.reduce((sum, count) => sum + count, 0) ?? null,
    affinity: interrupt.affinity,
    effectiveAffinity: interrupt.effectiveAffinity,
  };
}

function namesOf(handlers: Interrupt['handlers']): string | null {
  const names = handlers.map(({ name }) => name);
  return names.includes(null) ? null : names.join(', ');
}

function irqSoftInterrupt({ number, name, handler, counts }: SoftInterrupt): IrqSoftInterrupt {
  return { number, name, function: codeJson(handler), counts };
}

import type { VirtualAddress } from '@vmcorekit/core';
import type { CodePointer } from '../reading/code-pointer.ts';

/** What was asked to run when an interrupt comes: a `struct irqaction`. */
export interface InterruptHandler {
  readonly address: VirtualAddress;
  /** As /proc/interrupts shows it; null where it cannot be read. */
  readonly name: string | null;
  /** Undefined where it is a null pointer. */
  readonly handler: CodePointer | undefined;
  /** What its thread runs. */
  readonly threadFunction: CodePointer | undefined;
}

/** One interrupt: a `struct irq_desc`. Null means "not proved". */
export interface Interrupt {
  /** As /proc/interrupts numbers it. */
  readonly number: number;
  readonly address: VirtualAddress;
  /** The name of its controller; undefined where it has none. */
  readonly chip: string | null | undefined;
  /** Its number at that controller. */
  readonly hardwareNumber: bigint;
  /** How it is handled (`edge`, `fasteoi`); undefined where the kernel says nothing. */
  readonly flow: string | null | undefined;
  /** How often it was disabled without being enabled again. */
  readonly depth: number;
  /** Whether /proc/interrupts leaves it out, as those between CPUs on arm64. */
  readonly isHidden: boolean | null;
  /** In the order that they are called. */
  readonly handlers: readonly InterruptHandler[];
  /** How often it came on each CPU of `Interrupts.cpus`. */
  readonly counts: readonly number[] | null;
  /** The CPUs that it may come to. */
  readonly affinity: readonly number[] | null;
  /** Those that its controller sends it to. */
  readonly effectiveAffinity: readonly number[] | null;
}

/** One kind of work that interrupts leave for later. */
export interface SoftInterrupt {
  readonly number: number;
  readonly name: string | null;
  readonly handler: CodePointer | undefined;
  readonly counts: readonly number[] | null;
}

export interface Interrupts {
  /** The CPUs that the counts are of, ascending. */
  readonly cpus: readonly number[];
  /** Ascending by number; also those without a handler. */
  readonly interrupts: readonly Interrupt[];
  /** In the kernel's order; null where the kernel's types do not lead to them. */
  readonly softInterrupts: readonly SoftInterrupt[] | null;
  /** Damage, a sentence each. */
  readonly remarks: readonly string[];
}

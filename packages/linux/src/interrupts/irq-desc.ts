import { hex, type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perCpuAddress } from '../containers/per-cpu.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { codePointer } from '../reading/code-pointer.ts';
import { cpusIn, maskMember } from '../reading/cpu-mask.ts';
import { number, optional, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { readFilled } from '../zero-page.ts';
import type { Interrupt, InterruptHandler } from './interrupt.ts';

const textLimitInBytes = 256;
/** More than share one interrupt anywhere. */
const handlerLimit = 1024;
/** IRQ_HIDDEN. Source: Linux, include/linux/irq.h (since 5.10). */
const hiddenSetting = 2 ** 20;
/** Counters that are read of one dump, so that a hostile one ends. */
const counterLimit = 2 ** 22;
/** No handler: Linux 4.5 and later, kernel/irq/chip.c (irq_desc_is_chained). */
const chainedAction = 'chained_action';

/** Reads interrupt descriptors of one kernel. Source: Linux, include/linux/irqdesc.h, irq.h. */
export class InterruptReader {
  readonly #kernel: Kernel;
  readonly #notes: WalkNotes;
  readonly #cpus: readonly number[];
  readonly #readers: NonNullable<ReturnType<typeof readersOf>>;
  readonly #countAt: bigint;
  /**
   * What an interrupt of a controller below another has in place of handlers. Source: Linux,
   * kernel/irq/chip.c (since 4.5).
   */
  readonly #chained: VirtualAddress | undefined;
  #countersLeft: number = counterLimit;

  private constructor(
    kernel: Kernel,
    notes: WalkNotes,
    cpus: readonly number[],
    readers: NonNullable<ReturnType<typeof readersOf>>,
  ) {
    this.#kernel = kernel;
    this.#notes = notes;
    this.#cpus = cpus;
    this.#readers = readers;
    this.#chained = kernel.symbols.find('chained_action')?.address;
    // A structure since Linux 6.10, a plain counter before.
    this.#countAt = BigInt(kernel.types.struct('irqstat')?.member('cnt')?.offsetInBytes ?? 0);
  }

  /** Undefined where the kernel's types do not have the structures. */
  static of(
    kernel: Kernel,
    notes: WalkNotes,
    cpus: readonly number[],
  ): InterruptReader | undefined {
    const readers = readersOf(kernel);
    return readers === undefined ? undefined : new InterruptReader(kernel, notes, cpus, readers);
  }

  /** Undefined, and damage in the notes, where no descriptor of that number lies there. */
  read(expected: number, address: VirtualAddress): Interrupt | undefined {
    const { descriptor, chip, affinity, effectiveAffinity } = this.#readers;
    const values = descriptor.tryRead(address);
    if (values === undefined || values.number !== expected) {
      this.#notes.add({
        container: `interrupt ${expected}`,
        at: address,
        because:
          values === undefined
            ? 'its descriptor cannot be read'
            : `the descriptor there is of interrupt ${values.number}`,
      });
      return undefined;
    }
    const chipName = values.chip === 0n ? undefined : chip.readPartly(values.chip).name;
    return {
      number: expected,
      address,
      chip: chipName === undefined ? undefined : (this.#text(chipName) ?? null),
      hardwareNumber: values.hardwareNumber,
      flow: this.#text(values.flow),
      depth: values.depth,
      isHidden: values.settings === null ? null : (values.settings & hiddenSetting) !== 0,
      handlers: values.action === this.#chained ? [] : [...this.#handlers(expected, values.action)],
      counts: this.#counts(values.counters),
      affinity: this.#mask(address, affinity),
      effectiveAffinity: this.#mask(address, effectiveAffinity),
    };
  }

  *#handlers(interrupt: number, first: VirtualAddress): Generator<InterruptHandler, void, void> {
    const seen = new Set<VirtualAddress>();
    // Interrupts of a controller below another share this one, and /proc/interrupts hides them.
    const isChained = first === this.#kernel.symbols.find(chainedAction)?.address;
    for (let at = isChained ? 0n : first; at !== 0n; ) {
      const values = this.#readers.action.tryRead(at);
      const because = seen.has(at)
        ? 'the handlers come again'
        : seen.size === handlerLimit
          ? `the walk ends after ${handlerLimit} handlers`
          : values === undefined
            ? 'the handler cannot be read'
            : values.number === interrupt
              ? undefined
              : `the handler there is of interrupt ${values.number}`;
      if (because !== undefined || values === undefined) {
        this.#notes.add({
          container: `interrupt ${interrupt}`,
          at,
          because: `${because}; which follow is unknown`,
        });
        return;
      }
      seen.add(at);
      yield {
        address: at,
        name: this.#text(values.name) ?? null,
        handler: codePointer(this.#kernel, values.handler),
        threadFunction: codePointer(this.#kernel, values.threadFunction),
      };
      at = values.next;
    }
  }

  #counts(counters: VirtualAddress): readonly number[] | null {
    this.#countersLeft -= this.#cpus.length;
    if (counters === 0n || this.#countersLeft < 0) {
      return null;
    }
    const counts: number[] = [];
    for (const cpu of this.#cpus) {
      const at = perCpuAddress(this.#kernel, counters + this.#countAt, cpu);
      const count =
        at === undefined
          ? undefined
          : tryRead(() => {
              readFilled(this.#kernel.memory, at, 4);
              return this.#kernel.memory.readUint32(at);
            });
      if (count === undefined) {
        this.#notes.add({
          container: `per-CPU counters at ${hex(counters)}`,
          at: at ?? counters,
          because: `the count of CPU ${cpu} cannot be read`,
        });
        return null;
      }
      counts.push(count);
    }
    return counts;
  }

  #mask(
    address: VirtualAddress,
    at: ((address: VirtualAddress) => VirtualAddress) | undefined,
  ): readonly number[] | null {
    const mask = at === undefined ? undefined : tryRead(() => at(address));
    return mask === undefined ? null : cpusIn(this.#kernel, mask);
  }

  #text(address: VirtualAddress | null): string | null | undefined {
    if (address === null) {
      return null;
    }
    return address === 0n
      ? undefined
      : (knownText(this.#kernel.memory, address, textLimitInBytes) ?? null);
  }
}

function readersOf(kernel: Kernel) {
  const descriptor = knownReader(kernel, 'irq_desc', {
    number: number('irq_data.irq'),
    hardwareNumber: wide('irq_data.hwirq'),
    chip: pointer('irq_data.chip'),
    action: pointer('action'),
    counters: pointer('kstat_irqs'),
    depth: number('depth'),
    settings: optional(number('status_use_accessors')),
    flow: pointer('name'),
  });
  const action = knownReader(kernel, 'irqaction', {
    number: number('irq'),
    name: pointer('name'),
    handler: pointer('handler'),
    threadFunction: pointer('thread_fn'),
    next: pointer('next'),
  });
  const chip = knownReader(kernel, 'irq_chip', { name: pointer('name') });
  if (descriptor === undefined || action === undefined || chip === undefined) {
    return undefined;
  }
  const common = 'irq_common_data';
  return {
    descriptor,
    action,
    chip,
    affinity: maskMember(kernel, 'irq_desc', `${common}.affinity`),
    effectiveAffinity: maskMember(kernel, 'irq_desc', `${common}.effective_affinity`),
  };
}

import { hex, type Kernel, plural, printableLine, type VirtualAddress } from '@vmcorekit/core';

/** What a container's iterator needs of a kernel. */
export type Containers = Pick<Kernel, 'memory' | 'types' | 'symbols'>;

/** A place where a container is torn, ends early, or was cut by a limit. */
export interface WalkDamage {
  /** What the caller called it, or its kind and address. */
  readonly container: string;
  /** The node (or the container itself) whose pointer or contents are wrong. */
  readonly at: VirtualAddress;
  /** What is wrong there, and what is therefore unknown. */
  readonly because: string;
}

export interface WalkOptions {
  /** The most nodes (in a tree also the most inner nodes) that are followed. */
  readonly limit?: number;
  /** What damage calls the container: `init_task.tasks`. */
  readonly name?: string;
}

/** PID_MAX_LIMIT: no list of a kernel is known to be longer. Source: include/linux/threads.h. */
export const nodeLimit: number = 2 ** 22;

const keptDamages = 64;

/**
 * Collects the damage that walks meet. One object may serve many walks. It keeps the first places
 * and counts the rest, so that a hostile dump cannot fill memory with them.
 */
export class WalkNotes {
  readonly #kept: WalkDamage[] = [];
  #omitted: number = 0;

  /** The first 64 places. */
  get all(): readonly WalkDamage[] {
    return this.#kept;
  }

  /** How many more there are. */
  get omitted(): number {
    return this.#omitted;
  }

  add(damage: WalkDamage): void {
    if (this.#kept.length < keptDamages) {
      this.#kept.push(damage);
    } else {
      this.#omitted++;
    }
  }

  /** A line for each place, safe to print. */
  remarks(): string[] {
    const lines = this.#kept.map(({ container, at, because }) =>
      printableLine(`${container}: at ${hex(at)}, ${because}`),
    );
    return this.#omitted === 0
      ? lines
      : [...lines, `${plural(this.#omitted, 'more place')} of damage left out`];
  }
}

/** What each iterator does with damage: it goes to the notes under the container's name. */
export function damageOf(
  notes: WalkNotes,
  container: string,
): (at: VirtualAddress, because: string) => void {
  return (at, because) => notes.add({ container, at, because });
}

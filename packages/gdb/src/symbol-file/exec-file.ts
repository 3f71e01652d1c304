import type { Kernel } from '@vmcorekit/core';
import type { GdbExecFile } from '../gdb-target.ts';
import { symbolFileMachineOf } from './machines.ts';
import type { Deflate } from './packed-section.ts';
import { symbolFileSteps } from './symbol-file.ts';

/** Absolute, as gdb wants it. It must never lead to a file of the machine that gdb runs on. */
const name = '/vmcorekit/symbols-of-the-dump';

/** The symbol file of a kernel as gdb reads it from a target; undefined where none can be made. */
export function execFileOf(kernel: Kernel, deflate?: Deflate): GdbExecFile | undefined {
  return symbolFileMachineOf(kernel) === undefined || kernel.symbols.size === 0
    ? undefined
    : new KernelExecFile(kernel, deflate);
}

/** Made once, in steps that clients may share. */
class KernelExecFile implements GdbExecFile {
  readonly name: string = name;
  readonly #kernel: Kernel;
  readonly #deflate: Deflate | undefined;
  #made: Uint8Array | undefined;
  #making: ReturnType<typeof symbolFileSteps> | undefined;

  constructor(kernel: Kernel, deflate: Deflate | undefined) {
    this.#kernel = kernel;
    this.#deflate = deflate;
  }

  bytes(): Uint8Array {
    for (;;) {
      const made = this.#step();
      if (made !== undefined) {
        return made;
      }
    }
  }

  *steps(): Generator<void, void, void> {
    while (this.#step() === undefined) {
      yield;
    }
  }

  /** The bytes once they are made. After a failure, the next call begins again. */
  #step(): Uint8Array | undefined {
    if (this.#made !== undefined) {
      return this.#made;
    }
    this.#making ??= symbolFileSteps(this.#kernel, 'unreadable', this.#deflate);
    try {
      const step = this.#making.next();
      this.#made = step.done === true ? step.value.bytes : undefined;
    } catch (error) {
      this.#making = undefined;
      throw error;
    }
    return this.#made;
  }
}

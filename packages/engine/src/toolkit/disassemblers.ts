import type { Disassembler, Dump } from '@vmcorekit/core';

/** Chooses, for each machine, the first registered disassembler that names it. */
export class Disassemblers {
  readonly #disassemblers: readonly Disassembler[];
  readonly #prepared: Map<Disassembler, Promise<void>> = new Map();

  constructor(disassemblers: readonly Disassembler[]) {
    this.#disassemblers = disassemblers;
  }

  /** The one for the machine of a dump, ready to use; null where none names it. */
  async readyFor({ architecture }: Pick<Dump, 'architecture'>): Promise<Disassembler | null> {
    const found = this.#disassemblers.find(
      ({ architectures }) => architecture !== null && architectures.includes(architecture.name),
    );
    if (found === undefined) {
      return null;
    }
    let prepared = this.#prepared.get(found);
    if (prepared === undefined) {
      prepared = found.prepare?.() ?? Promise.resolve();
      this.#prepared.set(found, prepared);
    }
    await prepared;
    return found;
  }
}

import type { TestRunner } from '@vmcorekit/testing';
import { expect } from 'chai';

/** A runner that remembers, so that a suite's own failures can be looked at. */
export class Rehearsal implements TestRunner {
  readonly #tests: { readonly title: string; readonly body: () => void | Promise<void> }[] = [];
  readonly describe = (_title: string, body: () => void): void => body();
  readonly it = (title: string, body: () => void | Promise<void>): void => {
    this.#tests.push({ title, body });
  };

  async failures(): Promise<string[]> {
    const failures: string[] = [];
    for (const { body } of this.#tests) {
      try {
        await body();
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    expect(this.#tests.length, 'the suite has tests').to.be.greaterThan(3);
    return failures;
  }
}

/** What a suite needs from a test runner: mocha, vitest, jest and node:test all have it. */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => void;
  readonly it: (title: string, body: () => void | Promise<void>) => void;
}

/**
 * The given runner, or the one whose `describe` and `it` are global. Throws where there is none.
 */
export function runnerOf(given: TestRunner | undefined): TestRunner {
  const { describe, it } = globalThis as unknown as Partial<TestRunner>;
  const runner =
    given ?? (describe === undefined || it === undefined ? undefined : { describe, it });
  if (runner === undefined) {
    throw new Error(
      "this test runner has no global describe and it: pass them, as in { runner: { describe, it } } of 'node:test'",
    );
  }
  return runner;
}

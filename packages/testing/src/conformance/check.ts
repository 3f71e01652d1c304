import { hex, isVmcorekitError } from '@vmcorekit/core';

/**
 * Fails the running test with a sentence. Checks that run thousands of times give a function that
 * builds it: only a failure needs the sentence.
 */
export function check(holds: boolean, otherwise: string | (() => string)): asserts holds {
  if (!holds) {
    throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
  }
}

/**
 * Does work that may fail, but only with this library's own errors, which a caller can distinguish
 * from a mistake in the plug-in.
 */
export async function mayRefuse<Result>(
  work: () => Result | Promise<Result>,
  about: string,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isVmcorekitError(error)) {
      return undefined;
    }
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new Error(`${about}: threw no VmcorekitError, but ${reason}`, { cause: error });
  }
}

/** A value as text, to compare and show. NaN is shown, where JSON alone has null. */
export function shown(value: unknown): string {
  return JSON.stringify(value, (_key, inside: unknown) =>
    typeof inside === 'bigint' ? hex(inside) : Number.isNaN(inside) ? 'NaN' : inside,
  );
}

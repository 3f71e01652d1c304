import { type Damage, isVmcorekitError, VmcorekitError } from '@vmcorekit/core';

/**
 * The error of what cannot be read, with the damage that was seen before: of a cut container, what
 * is left may look like something else. Other errors stay as they are.
 */
export function withDamage(error: unknown, damage: readonly Damage[]): unknown {
  return isVmcorekitError(error, 'unsupported') &&
    error.facts.because === undefined &&
    damage.length > 0
    ? new VmcorekitError(
        'unsupported',
        { ...error.facts, because: damage.map(({ detail }) => detail).join('; ') },
        { cause: error },
      )
    : error;
}

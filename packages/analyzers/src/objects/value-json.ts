import { hex } from '@vmcorekit/core';
import type { Value } from '@vmcorekit/linux';

/** A value for programs, as `KernelObject.toJSON` has it. */
export function valueJson(value: Value): unknown {
  if (value.kind === 'object') {
    return value.object.toJSON();
  }
  if (value.type.type?.kind === 'pointer') {
    return hex(value.value);
  }
  const number = Number(value.value);
  return Number.isSafeInteger(number) ? number : String(value.value);
}

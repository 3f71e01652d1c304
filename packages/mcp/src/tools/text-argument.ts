import { VmcorekitError } from '@vmcorekit/core';

/** An argument that is a text, or not given. Throws `usage`. */
export function textArgument(what: string, value: unknown): string | undefined {
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw new VmcorekitError('usage', { what, got: JSON.stringify(value), allowed: 'a text' });
  }
  return value ?? undefined;
}

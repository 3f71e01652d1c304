import { isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';

/** An error as people and programs read it. */
export interface ErrorDescription {
  /** A core error code, or a caller's own, like `usage`. */
  readonly code: string;
  readonly message: string;
  /** What the message was built from. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Describes one of core's errors. For an unknown name, suggests the nearest known one. */
export function describeError(error: VmcorekitError): ErrorDescription {
  return { code: error.code, message: error.message + hint(error), facts: { ...error.facts } };
}

function hint(error: VmcorekitError): string {
  if (!isVmcorekitError(error, 'unknown-name')) {
    return '';
  }
  const near = nearestName(error.facts.name, error.facts.known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

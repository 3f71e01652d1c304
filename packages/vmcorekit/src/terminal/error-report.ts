import { type ErrorFacts, isVmcorekitError, shownText } from '@vmcorekit/core';
import { describeError, type ErrorDescription } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { OutputError } from '../io.ts';

/**
 * An error that a command met. Its code is core's, `usage`, or `internal` for a fault of
 * vmcorekit.
 */
export interface ErrorReport extends ErrorDescription {
  readonly status: ExitStatus;
  readonly stack: string;
}

/** Names no secrets of addresses, whatever the error quotes. */
export function errorReport(error: unknown): ErrorReport {
  const report = wholeReport(error);
  const facts = Object.entries(report.facts).map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'string' ? shownText(value) : value,
  ]);
  return {
    ...report,
    message: shownText(report.message),
    facts: Object.fromEntries(facts),
    stack: shownText(report.stack),
  };
}

function wholeReport(error: unknown): ErrorReport {
  const stack = stackOf(error);
  if (error instanceof UsageError) {
    return { code: 'usage', message: error.message, facts: {}, status: exitStatus.usage, stack };
  }
  if (error instanceof OutputError) {
    return { code: 'io', message: error.message, facts: {}, status: exitStatus.usage, stack };
  }
  if (isVmcorekitError(error)) {
    return { ...describeError(error), status: statusOf(error.code, error.facts), stack };
  }
  const message = `internal error: ${error instanceof Error ? error.message : String(error)} (--debug shows where)`;
  return { code: 'internal', message, facts: {}, status: exitStatus.unreadable, stack };
}

/** The stack, also of the error that made a plug-in fail, because its author needs that one. */
function stackOf(error: unknown): string {
  const own = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return isVmcorekitError(error, 'plugin-failed') && error.cause instanceof Error
    ? `${own}\ncaused by ${stackOf(error.cause)}`
    : own;
}

function statusOf(code: keyof ErrorFacts, facts: ErrorFacts[keyof ErrorFacts]): ExitStatus {
  switch (code) {
    case 'usage':
    case 'contract':
    case 'plugin-failed':
    case 'bad-config':
    case 'name-clash':
    case 'wrong-symbols':
    case 'choose-entry':
      return exitStatus.usage;
    case 'unknown-name':
      // The dump names a codec. Every other name comes from the command line.
      return 'kind' in facts && facts.kind === 'compressor'
        ? exitStatus.unreadable
        : exitStatus.usage;
    case 'not-mapped':
    case 'page-unreadable':
    case 'timed-out':
    case 'no-kernel':
    case 'not-certain':
      return exitStatus.unanswered;
    default:
      return exitStatus.unreadable;
  }
}

import { isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';
import type { FuzzTarget } from './target.ts';

/** Errors that mean a mistake in this program. No input may cause them. */
const ownMistakes: ReadonlySet<string> = new Set(['contract', 'name-clash']);

/** Runs a target once. Returns words that identify the behaviour; throws what is a finding. */
export async function outcomeOf(target: FuzzTarget, bytes: Uint8Array): Promise<string> {
  try {
    return await target.run(bytes);
  } catch (error) {
    return allowedError(error);
  }
}

/** Words that identify an error that an input may cause. Throws any other again. */
export function allowedError(error: unknown): string {
  if (!isVmcorekitError(error) || ownMistakes.has(error.code)) {
    throw error;
  }
  return factsThatName(error);
}

/** The code, and the facts that are names; numbers differ with every input. */
function factsThatName({ code, facts }: VmcorekitError): string {
  const { structure, field, codec, state } = facts as Readonly<Record<string, unknown>>;
  return [code, structure, field, codec, state]
    .filter((word) => typeof word === 'string')
    .join(' ');
}

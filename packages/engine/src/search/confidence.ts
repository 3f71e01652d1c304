import type { Candidate } from '@vmcorekit/core';
import { isWeighty, type WeighedClaim } from './merge-claims.ts';

/** One statement about a candidate, and the side it takes. */
export interface Statement extends WeighedClaim {
  readonly stance: 'for' | 'against';
}

/** Whether a witness confirmed the candidate through its own page tables, and none denied it. */
export function isWitnessed(statements: readonly Statement[]): boolean {
  return hasWitness(statements, 'for') && !isRefuted(statements);
}

/** Whether a witness that looked through the candidate's page tables denied it. */
export function isRefuted(statements: readonly Statement[]): boolean {
  return hasWitness(statements, 'against');
}

/**
 * How sure a candidate is. `certain`: witnessed, and supported by two kinds of evidence or by a
 * proof of its place. `probable`: witnessed, or two kinds. What the user claims is no kind of
 * evidence.
 */
export function confidenceOf(
  imageOffset: bigint,
  statements: readonly Statement[],
): Candidate['confidence'] {
  if (isRefuted(statements)) {
    return 'none';
  }
  const weighty = statements.filter(
    (statement) => statement.stance === 'for' && isWeighty(statement),
  );
  const kinds = new Set(weighty.map(({ evidence }) => evidence).filter((kind) => kind !== 'told'));
  const isProved = weighty.some(
    ({ evidence, strength, claim }) =>
      evidence !== 'told' && strength === 'proof' && claim.imageOffset === imageOffset,
  );
  const isSeen = isWitnessed(statements);
  if (isSeen && (kinds.size >= 2 || isProved)) {
    return 'certain';
  }
  return isSeen || kinds.size >= 2 ? 'probable' : 'none';
}

function hasWitness(statements: readonly Statement[], stance: Statement['stance']): boolean {
  return statements.some(
    (statement) =>
      statement.stance === stance && statement.isThroughPageTables && isWeighty(statement),
  );
}

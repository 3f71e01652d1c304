import type { ClaimField, EvidenceKind, KernelClaim, Strength } from '@vmcorekit/core';
import { claimFields } from './claim-fields.ts';

/**
 * The fields on which sayings are weighed. Roots are not among them: each process of one kernel has
 * its own, so a difference is no dispute, and the verdict names the one that was looked through.
 */
const weighedFields: readonly ClaimField[] = (Object.keys(claimFields) as ClaimField[]).filter(
  (field) => field !== 'root',
);

/** Where the text begins; a heuristic knows it by the first mapping of the image. */
const textFields: ReadonlySet<ClaimField> = new Set<ClaimField>([
  'textVirtualAddress',
  'textPhysicalAddress',
]);

const strengthRank: Readonly<Record<Strength, number>> = { proof: 3, strong: 2, weak: 1, hint: 0 };

/** One saying about a candidate, with the weight it carries. */
export interface WeighedClaim {
  readonly evidence: EvidenceKind;
  readonly claim: KernelClaim;
  readonly strength: Strength;
  /** Read through the candidate's own page tables: outranks whatever was not. */
  readonly isThroughPageTables: boolean;
  /** Fields that rest on an assumption: they never become part of a verdict alone. */
  readonly assumes?: { readonly [Field in ClaimField]?: string };
}

export interface MergedClaim<Statement extends WeighedClaim> {
  /** Only fields that are proved, and on which nothing weighs as much against them. */
  readonly claim: KernelClaim;
  /**
   * What was said of a field beside the value that was taken, or beside each other where none was;
   * with those fields alone.
   */
  readonly dissent: readonly { readonly statement: Statement; readonly claim: KernelClaim }[];
}

/**
 * Field by field, the value of the best-ranked sayings, where they agree. A witness outranks a
 * heuristic, then strength decides; weak sayings and assumed values do not count, for a field that
 * is not proved stays out. Where others say otherwise, one page may be damaged or forged: then the
 * value needs a second kind of evidence, of which an assumption may be one. An assumption casts
 * such doubt too, but not on a proof: a kernel may be built otherwise than usual.
 */
export function mergeClaims<Statement extends WeighedClaim>(
  statements: readonly Statement[],
): MergedClaim<Statement> {
  const merged: Partial<Record<ClaimField, unknown>> = {};
  const unsure = statementsUnsureOfText(statements);
  const dissent = new Map<Statement, Partial<Record<ClaimField, unknown>>>();
  for (const field of weighedFields) {
    const about = statements.filter(
      (statement) => statement.claim[field] !== undefined && isWeighty(statement),
    );
    const proving = about.filter(
      (statement) =>
        statement.assumes?.[field] === undefined &&
        !(textFields.has(field) && unsure.has(statement)),
    );
    const best = Math.max(...proving.map(rank));
    const values = new Set(
      proving.filter((statement) => rank(statement) === best).map(({ claim }) => claim[field]),
    );
    const [value] = values;
    const support = about.filter(({ claim }) => claim[field] === value);
    const isProved = proving.some(
      (statement) => rank(statement) === best && statement.strength === 'proof',
    );
    const heeded = isProved
      ? about.filter((statement) => statement.assumes?.[field] === undefined)
      : about;
    const isDoubted = proving.length > 0 && heeded.some(({ claim }) => claim[field] !== value);
    const isTaken = values.size === 1 && (!isDoubted || kindsOf(support).size > 1);
    if (isTaken) {
      merged[field] = value;
    }
    // Assumptions are only that: they are no dissent from what is taken.
    const others = isTaken
      ? proving.filter(({ claim }) => claim[field] !== value)
      : isDoubted
        ? about
        : [];
    for (const statement of others) {
      dissent.set(statement, { ...dissent.get(statement), [field]: statement.claim[field] });
    }
  }
  return {
    claim: merged as KernelClaim,
    dissent: [...dissent].map(([statement, claim]) => ({ statement, claim: claim as KernelClaim })),
  };
}

/**
 * Who takes the image's first mapping for the start of the text, and by the usual link address
 * comes to another KASLR offset than is said otherwise: the first entry of the table may be lost.
 */
function statementsUnsureOfText<Statement extends WeighedClaim>(
  statements: readonly Statement[],
): ReadonlySet<Statement> {
  const told = statements
    .filter(isWeighty)
    .filter(
      ({ claim, assumes }) => claim.kaslrOffset !== undefined && assumes?.kaslrOffset === undefined,
    )
    .map(({ claim }) => claim.kaslrOffset);
  return new Set(
    statements.filter(
      ({ claim, assumes }) =>
        assumes?.kaslrOffset !== undefined && told.some((offset) => offset !== claim.kaslrOffset),
    ),
  );
}

/** Whether a saying counts: what is weaker may only point to where to look. */
export function isWeighty({ strength }: { readonly strength: Strength }): boolean {
  return strengthRank[strength] >= strengthRank.strong;
}

function rank(statement: WeighedClaim): number {
  return strengthRank[statement.strength] + (statement.isThroughPageTables ? 10 : 0);
}

/** What the user says is no evidence. */
function kindsOf(statements: readonly WeighedClaim[]): ReadonlySet<EvidenceKind> {
  return new Set(
    statements.map(({ evidence }) => evidence).filter((evidence) => evidence !== 'told'),
  );
}

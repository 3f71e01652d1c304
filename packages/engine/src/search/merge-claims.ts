import type { ClaimField, EvidenceKind, KernelClaim, Strength } from '@vmcorekit/core';
import { claimFields } from './claim-fields.ts';

/**
 * The fields on which statements are weighed. Roots are not among them. Each process of one kernel
 * has its own root, so different roots are no dispute, and the verdict names the one that was used.
 */
const weighedFields: readonly ClaimField[] = (Object.keys(claimFields) as ClaimField[]).filter(
  (field) => field !== 'root',
);

/** Where the text begins; a heuristic takes it from the first mapping of the image. */
const textFields: ReadonlySet<ClaimField> = new Set<ClaimField>([
  'textVirtualAddress',
  'textPhysicalAddress',
]);

const strengthRank: Readonly<Record<Strength, number>> = { proof: 3, strong: 2, weak: 1, hint: 0 };

/** One statement about a candidate, with its weight. */
export interface WeighedClaim {
  readonly evidence: EvidenceKind;
  readonly claim: KernelClaim;
  readonly strength: Strength;
  /** Read through the candidate's own page tables: outranks everything that was not. */
  readonly isThroughPageTables: boolean;
  /** Fields that rest on an assumption; they never enter a verdict alone. */
  readonly assumes?: { readonly [Field in ClaimField]?: string };
}

export interface MergedClaim<Statement extends WeighedClaim> {
  /** Only fields that are proved, with nothing of equal weight against them. */
  readonly claim: KernelClaim;
  /**
   * The values of a field that differ from the accepted one, or all values where none was accepted.
   * Each holds only those fields.
   */
  readonly dissent: readonly { readonly statement: Statement; readonly claim: KernelClaim }[];
}

/**
 * Field by field, the value of the best-ranked statements, where they agree. A witness outranks a
 * heuristic; then strength decides. Weak statements and assumed values do not count, because an
 * unproved field stays null. Where other statements disagree, a page may be damaged or forged: then
 * the value needs a second kind of evidence, which may be an assumption. An assumption that
 * disagrees causes the same doubt, but not about a proof: a kernel may be built in an unusual way.
 * A banner is taken only with the release that it names.
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
    const isForeign =
      field === 'banner' &&
      support.some(({ claim: { release } }) => release !== undefined && release !== merged.release);
    const isTaken = values.size === 1 && !isForeign && (!isDoubted || kindsOf(support).size > 1);
    if (isTaken) {
      merged[field] = value;
    }
    // Assumptions do not count as dissent from an accepted value.
    const others = isTaken
      ? proving.filter(({ claim }) => claim[field] !== value)
      : isDoubted || isForeign
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
 * Findings whose text address is suspect: they take the image's first mapping for the start of the
 * text, and by the usual link address that implies another KASLR offset than others prove. The
 * first entry of the table may be lost.
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

/** Whether a statement counts; a weaker one may only suggest where to look. */
export function isWeighty({ strength }: { readonly strength: Strength }): boolean {
  return strengthRank[strength] >= strengthRank.strong;
}

function rank(statement: WeighedClaim): number {
  return strengthRank[statement.strength] + (statement.isThroughPageTables ? 10 : 0);
}

/** What the user claims is no evidence. */
function kindsOf(statements: readonly WeighedClaim[]): ReadonlySet<EvidenceKind> {
  return new Set(
    statements.map(({ evidence }) => evidence).filter((evidence) => evidence !== 'told'),
  );
}

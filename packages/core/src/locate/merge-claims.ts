import type { ClaimField, KernelClaim, Strength } from '../evidence.ts';
import { claimFields } from './claim-fields.ts';

/**
 * The fields on which sayings are weighed. Roots are not among them: each process of one kernel has its own, so a difference is no
 * dispute, and the verdict names the one that was looked through.
 */
const weighedFields: readonly ClaimField[] = (Object.keys(claimFields) as ClaimField[]).filter(
  (field) => field !== 'pageTableRoot' && field !== 'pagingLevels',
);

export const strengthRank: Readonly<Record<Strength, number>> = { proof: 3, strong: 2, weak: 1, hint: 0 };

/** One saying about a candidate, with the weight it carries. */
export interface WeighedClaim {
  readonly by: string;
  readonly claim: KernelClaim;
  readonly strength: Strength;
  /** Read through the candidate's own page tables: outranks whatever was not. */
  readonly isWitness: boolean;
  /** Fields that rest on an assumption: they never become part of a verdict alone. */
  readonly assumes?: { readonly [Field in ClaimField]?: string };
}

export interface MergedClaim {
  /** Only fields that are proved and uncontradicted. */
  readonly claim: KernelClaim;
  /** Fields that equally good evidence disagrees about; they are left out of the claim. */
  readonly disputed: readonly ClaimField[];
}

/**
 * Field by field, the value of the best-ranked sayings, where they agree. A witness outranks a heuristic, then strength decides;
 * weak sayings and assumed values do not count, for a field that is not proved stays out.
 */
export function mergeClaims(claims: readonly WeighedClaim[]): MergedClaim {
  const merged: Partial<Record<ClaimField, unknown>> = {};
  const disputed: ClaimField[] = [];
  for (const field of weighedFields) {
    const sayings = claims
      .filter((saying) => saying.claim[field] !== undefined && saying.assumes?.[field] === undefined)
      .filter((saying) => strengthRank[saying.strength] >= strengthRank.strong);
    const best = Math.max(...sayings.map(rank));
    const values = new Set(sayings.filter((saying) => rank(saying) === best).map((saying) => saying.claim[field]));
    if (values.size === 1) {
      [merged[field]] = values;
    } else if (values.size > 1) {
      disputed.push(field);
    }
  }
  return { claim: merged as KernelClaim, disputed };
}

function rank(saying: WeighedClaim): number {
  return strengthRank[saying.strength] + (saying.isWitness ? 10 : 0);
}

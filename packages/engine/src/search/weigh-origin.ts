import type { Origin, OriginFinding } from '@vmcorekit/core';

/** A score below this names no writer, so that one coincidence does not. */
const enoughScore = 50;

/**
 * Adds up, for each axis, the scores of each name. The best name wins if it scores enough and no
 * other has the same score.
 */
export function weighOrigin(
  findings: readonly { readonly by: string; readonly finding: OriginFinding }[],
): Origin {
  return {
    capturedBy: winner(findings, 'capturedBy'),
    writtenBy: winner(findings, 'writtenBy'),
    because: findings.map(({ by, finding: { axis, who, score, because, at } }) => ({
      axis,
      who,
      score,
      by,
      because,
      at,
    })),
  };
}

function winner(
  findings: readonly { readonly finding: OriginFinding }[],
  axis: OriginFinding['axis'],
): string {
  const scores = new Map<string, number>();
  for (const { finding } of findings) {
    if (finding.axis === axis && Number.isFinite(finding.score)) {
      scores.set(finding.who, (scores.get(finding.who) ?? 0) + finding.score);
    }
  }
  const ranked = [...scores].sort((a, b) => b[1] - a[1]);
  const [best, second] = ranked;
  return best !== undefined && best[1] >= enoughScore && best[1] > (second?.[1] ?? 0)
    ? best[0]
    : 'unknown';
}

import { html, nothing, type TemplateResult } from 'lit';
import type { AnalysisRun } from './analysis-run.ts';

/** What stands in the place of an answer: how far it is, or why there is none. */
export function runStatus({
  failure,
  isRunning,
  progress,
}: AnalysisRun): TemplateResult | typeof nothing {
  if (failure !== null) {
    return html`<div class="panel" role="alert">${failure}</div>`;
  }
  if (!isRunning) {
    return nothing;
  }
  const fraction = progress?.fraction ?? null;
  const percent = fraction === null ? '' : `, ${Math.floor(100 * fraction)} %`;
  return html`<div class="panel muted" role="status">${progress?.doing ?? 'reading'}${percent}…</div>`;
}

import { html, nothing, type TemplateResult } from 'lit';
import type { TextAndJson } from '../../protocol/dump-calls.ts';
import type { WrittenFile } from '../../protocol/writing-calls.ts';
import { CallError } from '../client/call-error.ts';
import type { Chosen } from './fields.ts';

/** The fields that only a repair has, and what it would write or why it is refused. */
export function repairFields(
  chosen: Chosen,
  plan: TextAndJson | CallError | null,
  change: (changed: Partial<Chosen>) => void,
): TemplateResult {
  const isForceable = chosen.force || (plan instanceof CallError && plan.code === 'not-certain');
  return html`
    <label class="check">
      <input
        type="checkbox"
        .checked=${chosen.mark}
        @change=${() => change({ mark: !chosen.mark })}
      />
      <span>Only mark phys_base as not known, for tools that then search themselves</span>
    </label>
    ${
      isForceable
        ? html`
            <label class="check">
              <input
                type="checkbox"
                .checked=${chosen.force}
                @change=${() => change({ force: !chosen.force })}
              />
              <span>Repair although the verdict is not certain</span>
            </label>
          `
        : nothing
    }
    ${planned(plan)}
  `;
}

function planned(plan: TextAndJson | CallError | null): TemplateResult {
  if (plan === null) {
    return html`<div class="panel" role="status">planning…</div>`;
  }
  return plan instanceof CallError
    ? html`
        <div class="panel failure" role="alert" data-code=${plan.code}>
          not repaired: ${plan.facts.because ?? plan.message}
        </div>
      `
    : html`<pre class="panel" tabindex="0" aria-label="What would be written">${plan.text}</pre>`;
}

/** What was written, or why nothing was. */
export function outcome(
  written: WrittenFile | null,
  failure: CallError | null,
): TemplateResult | typeof nothing {
  if (failure !== null) {
    const { code, message } = failure;
    return html`<div class="panel failure" role="alert" data-code=${code}>${message}</div>`;
  }
  return written === null
    ? nothing
    : html`
        <div class="panel stack" role="status" data-outcome="written">
          ${written.remarks.map((remark) => html`<p>${remark}</p>`)}
          <pre tabindex="0">${written.text}</pre>
        </div>
      `;
}

import { html, nothing, type TemplateResult } from 'lit';
import type { KindChoice, WritingChoices } from '../../protocol/writing-calls.ts';

/** What the user chose for a new file. */
export interface Chosen {
  readonly kind: string;
  readonly compression: string;
  /** 0 is the usual one. */
  readonly pageSizeInBytes: number;
  readonly exclude: readonly string[];
  readonly mark: boolean;
  readonly force: boolean;
}

/** Chooses the kind of file; `change` takes what the user changed. */
export function kindField(
  kinds: readonly KindChoice[],
  chosen: Chosen,
  change: (changed: Partial<Chosen>) => void,
): TemplateResult {
  const kind = kinds.find(({ name }) => name === chosen.kind);
  return html`
    <label>
      <span>Kind of file</span>
      <select @change=${(event: Event) => change({ kind: chosenIn(event) })}>
        ${kinds.map(
          ({ name, summary }) =>
            html`<option value=${name} ?selected=${name === chosen.kind}>
              ${name} (${summary})
            </option>`,
        )}
      </select>
    </label>
    ${kind?.limits == null ? nothing : html`<p class="muted small">${kind.limits}</p>`}
  `;
}

/** Chooses the pages that are left out. */
export function filterFields(
  choices: WritingChoices,
  chosen: Chosen,
  change: (changed: Partial<Chosen>) => void,
): TemplateResult {
  return html`
    <fieldset>
      <legend>Leave out pages</legend>
      ${choices.filters.map(
        ({ name, summary }) => html`
          <label class="check">
            <input
              type="checkbox"
              .checked=${chosen.exclude.includes(name)}
              @change=${() => change({ exclude: toggled(choices, chosen, name) })}
            />
            <span><code>${name}</code> ${summary}</span>
          </label>
        `,
      )}
    </fieldset>
  `;
}

/** The fields that only a conversion has. */
export function convertFields(
  choices: WritingChoices,
  chosen: Chosen,
  change: (changed: Partial<Chosen>) => void,
): TemplateResult {
  const kind = choices.kinds.find(({ name }) => name === chosen.kind);
  return html`
    ${
      kind?.isCompressed === true
        ? html`
            <label>
              <span>Compression of pages</span>
              <select @change=${(event: Event) => change({ compression: chosenIn(event) })}>
                ${choices.compressions.map(
                  (name) =>
                    html`<option value=${name} ?selected=${name === chosen.compression}>
                      ${name}
                    </option>`,
                )}
              </select>
            </label>
          `
        : nothing
    }
    <label>
      <span>Page size</span>
      <select
        @change=${(event: Event) => change({ pageSizeInBytes: Number(chosenIn(event)) })}
      >
        <option value="0" ?selected=${chosen.pageSizeInBytes === 0}>the dump’s own</option>
        ${choices.pageSizes.map(
          (size) =>
            html`<option value=${size} ?selected=${size === chosen.pageSizeInBytes}>${size}</option>`,
        )}
      </select>
    </label>
  `;
}

/** The filters in the order of the choices. */
function toggled(choices: WritingChoices, { exclude }: Chosen, name: string): string[] {
  return choices.filters
    .map((filter) => filter.name)
    .filter((each) => exclude.includes(each) !== (each === name));
}

function chosenIn({ target }: Event): string {
  return (target as HTMLSelectElement).value;
}

import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FindKind, FindQuery } from '../../protocol/find-calls.ts';
import type { Space } from '../../protocol/memory-calls.ts';
import { controls } from '../style/controls.ts';

const kinds: readonly { readonly kind: FindKind; readonly title: string; readonly like: string }[] =
  [
    { kind: 'text', title: 'Text', like: 'Linux version' },
    { kind: 'bytes', title: 'Bytes', like: 'de ad be ef' },
    { kind: 'u8', title: 'Number, 1 byte', like: '0x7f' },
    { kind: 'u16', title: 'Number, 2 bytes', like: '0x55aa' },
    { kind: 'u32', title: 'Number, 4 bytes', like: '0xdeadbeef' },
    { kind: 'u64', title: 'Number, 8 bytes', like: '0xdead4ead00000000' },
    { kind: 'pointer', title: 'Pointers to', like: 'init_task' },
  ];
const limits = [100, 1000, 10_000];

/** What to find, and where. Sends `find` with a `FindQuery`, and `stop`. */
export class FindForm extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      form { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); align-items: center; }
      input[name='wanted'] { flex: 1 1 220px; min-width: 0; font: var(--mono); }
      .bounds { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 2); }
      .bounds input { width: 20ch; min-width: 0; font: var(--mono); }
      label { display: inline-flex; gap: 6px; align-items: center; }
      input[type='checkbox'] { min-height: 0; accent-color: var(--accent); }
    `,
  ];
  static override properties = {
    hasVirtual: { attribute: false },
    isRunning: { attribute: false },
    kind: { state: true },
  };
  declare hasVirtual: boolean;
  declare isRunning: boolean;
  declare kind: FindKind;

  constructor() {
    super();
    this.kind = 'text';
    this.isRunning = false;
  }

  override render(): TemplateResult {
    const like = kinds.find(({ kind }) => kind === this.kind)?.like ?? '';
    return html`
      <form @submit=${this.#submit}>
        <select name="kind" aria-label="kind of what to find" @change=${this.#choose}>
          ${kinds.map(({ kind, title }) => html`<option value=${kind}>${title}</option>`)}
        </select>
        <input
          name="wanted"
          aria-label="what to find"
          placeholder=${like}
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
        ${
          this.kind === 'text'
            ? html`
                <label><input type="checkbox" name="ignoresCase" />ignore case</label>
                <label><input type="checkbox" name="isUtf16" />UTF-16</label>
              `
            : nothing
        }
        ${
          isNumber(this.kind)
            ? html`<label><input type="checkbox" name="isUnaligned" />also unaligned</label>`
            : nothing
        }
        <select name="space" aria-label="memory to search">
          <option value="physical">Physical memory</option>
          <option value="virtual" ?disabled=${!this.hasVirtual}>Virtual memory</option>
        </select>
        <span class="bounds">
          ${bound('from', 'begin at this address, or at a symbol of virtual memory')}
          ${bound('to', 'end before this address, or before a symbol of virtual memory')}
        </span>
        <select name="limit" aria-label="most hits to show">
          ${limits.map((limit) => html`<option value=${limit}>${limit} hits</option>`)}
        </select>
        ${
          this.isRunning
            ? html`<button type="button" @click=${this.#stop}>Stop</button>`
            : html`<button class="primary">Search</button>`
        }
      </form>
    `;
  }

  #choose({ target }: Event): void {
    this.kind = (target as HTMLSelectElement).value as FindKind;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const query: FindQuery = {
      space: text('space') as Space,
      kind: this.kind,
      wanted: text('wanted'),
      ignoresCase: form.has('ignoresCase'),
      isUtf16: form.has('isUtf16'),
      isUnaligned: form.has('isUnaligned'),
      from: text('from'),
      to: text('to'),
      limit: Number(text('limit')),
    };
    this.dispatchEvent(new CustomEvent('find', { detail: query }));
  }

  #stop(): void {
    this.dispatchEvent(new CustomEvent('stop'));
  }
}

/** Only numbers have an alignment of their own. */
function isNumber(kind: FindKind): boolean {
  return kind !== 'text' && kind !== 'bytes';
}

function bound(name: 'from' | 'to', title: string): TemplateResult {
  return html`
    <label title=${title}>
      ${name}
      <input name=${name} autocomplete="off" autocapitalize="none" spellcheck="false" />
    </label>
  `;
}

customElements.define('vm-find-form', FindForm);

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallError } from '../client/call-error.ts';
import '../elements/failure-panel.ts';
import type { DumpModel } from '../model/dump-model.ts';

/** A view that shows the answer of one call: it says that it reads, and why it cannot. */
export abstract class LoadingView<Answer> extends LitElement {
  static override properties = {
    model: { attribute: false },
    answer: { state: true },
    failure: { state: true },
  };
  declare model: DumpModel;
  declare answer: Answer | null;
  declare failure: CallError | null;
  /** The heading, as the navigation names it. */
  protected abstract readonly heading: string;

  constructor() {
    super();
    this.answer = null;
    this.failure = null;
  }

  protected abstract ask(model: DumpModel): Promise<Answer>;
  protected abstract show(answer: Answer): TemplateResult;

  override firstUpdated(): void {
    this.ask(this.model).then(
      (answer) => {
        this.answer = answer;
      },
      (failure: CallError) => {
        this.failure = failure;
      },
    );
  }

  override render(): TemplateResult {
    return html`
      <h1 tabindex="-1">${this.heading}</h1>
      ${
        this.failure === null
          ? nothing
          : html`<vm-failure-panel
            .failure=${this.failure}
            .what=${'This cannot be shown'}
          ></vm-failure-panel>`
      }
      ${
        this.answer === null
          ? html`<p class="muted" role="status">${this.failure === null ? 'reading…' : ''}</p>`
          : this.show(this.answer)
      }
    `;
  }
}

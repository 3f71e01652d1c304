import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { controls } from '../style/controls.ts';
import { views } from '../views/index.ts';
import type { View } from '../views/view.ts';

const groups = ['Kernel', 'Machine', 'Memory', 'Dump', 'More'] as const;

/** The views, in groups: beside the page where it is wide, above it where it is narrow. */
export class Navigation extends LitElement {
  static override styles: CSSResultGroup = [
    controls,
    css`
      nav { padding: calc(var(--step) * 2) calc(var(--step) * 3) calc(var(--step) * 6); }
      h2 {
        font: var(--small);
        color: var(--muted);
        padding: calc(var(--step) * 4) calc(var(--step) * 2) calc(var(--step) * 1);
      }
      a {
        display: block;
        padding: calc(var(--step) * 0.75) calc(var(--step) * 2);
        border-radius: var(--radius);
        color: var(--ink);
        text-decoration: none;
      }
      a:hover { background: var(--raised); }
      a[aria-current='page'] { background: var(--accent-ground); color: var(--accent); }
      a.unmet { color: var(--muted); }
      @media (max-width: 720px) {
        nav {
          display: flex;
          gap: calc(var(--step) * 1);
          overflow-x: auto;
          padding: calc(var(--step) * 1.5) calc(var(--step) * 2);
        }
        h2 { display: none; }
        a { white-space: nowrap; }
      }
    `,
  ];
  static override properties = { current: { attribute: false }, isReadable: { attribute: false } };
  declare current: View;
  /** Whether there is a kernel to read; views that need one are faint without it. */
  declare isReadable: boolean;

  override render(): TemplateResult {
    return html`
      <nav aria-label="Views">
        ${groups.map((group) => {
          const shown = views.filter((view) => view.group === group);
          return shown.length === 0
            ? nothing
            : html`<h2>${group}</h2>
                ${shown.map((view) => this.#link(view))}`;
        })}
      </nav>
    `;
  }

  override updated(): void {
    // In one line above a narrow page, the current view may be out of sight.
    const current = this.renderRoot.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** The address stays the same where the current view is chosen: then nothing else says so. */
  #chosen(view: View): void {
    if (view === this.current) {
      this.dispatchEvent(new CustomEvent('again'));
    }
  }

  #link(view: View): TemplateResult {
    const isUnmet = view.needs === 'kernel' && !this.isReadable;
    return html`
      <a
        href="#/${view.id}"
        class=${isUnmet ? 'unmet' : ''}
        aria-current=${view === this.current ? 'page' : nothing}
        @click=${() => this.#chosen(view)}
        >${view.title}</a
      >
    `;
  }
}

customElements.define('vm-navigation', Navigation);

import { type CSSResult, css } from 'lit';
import { stateStyles } from './memory-states.ts';

/** Height of a row in pixels; the style sheet below says the same. */
export const rowHeightInPixels = 20;

/** The look of the grid. */
export const gridStyles: CSSResult = css`
  ${stateStyles}
  :host { display: block; height: 100%; min-height: 200px; }
  .frame {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    height: 100%;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: hidden;
  }
  .grid {
    overflow: hidden;
    contain: strict;
    touch-action: none;
    outline-offset: -2px;
    font: var(--mono);
    line-height: 20px;
    font-variant-ligatures: none;
  }
  .grid.narrow { font-size: 11px; }
  .rows { will-change: transform; }
  .row {
    display: flex;
    height: 20px;
    contain: strict;
    padding-left: 1ch;
    white-space: pre;
    background: var(--kind-ground, none);
  }
  .row:hover { background-color: var(--raised); }
  .address { flex: none; color: var(--muted); margin-right: 2ch; }
  .bytes { flex: none; display: flex; color: var(--kind-ink, var(--ink)); cursor: default; }
  .byte {
    width: 2.8ch;
    text-align: center;
    color: var(--kind-ink, inherit);
  }
  .row[data-kind='mixed'] .byte { background: var(--kind-ground, none); }
  .byte:nth-child(8n + 9) { margin-left: 1ch; }
  .narrow .byte { width: 2.5ch; }
  .text { flex: none; color: var(--kind-ink, var(--ink)); margin-left: 2ch; }
  .without-text .text { display: none; }
  .row .byte[aria-selected='true'], .text b:not(:empty) {
    background: var(--accent);
    color: var(--surface);
    border-radius: 3px;
    font-weight: inherit;
  }
`;

import { type CSSResult, css } from 'lit';

/** The look of a table: rows of a grid, the head stays in view. */
export const tableStyle: CSSResult = css`
  :host { min-width: 0; }
  .scroller {
    overflow: auto;
    max-height: var(--table-height, max(240px, calc(100dvh - 260px)));
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    font: var(--mono);
    font-variant-numeric: tabular-nums;
    overflow-anchor: none;
  }
  .content { position: relative; width: max-content; min-width: 100%; }
  .wraps .content { width: 100%; min-width: min-content; }
  .row { display: grid; grid-template-columns: var(--columns); border-bottom: 1px solid var(--line); }
  .head { position: sticky; top: 0; z-index: 1; background: var(--raised); }
  .cell { padding: 2px calc(var(--step) * 2); min-height: 24px; white-space: pre; overflow: hidden; }
  .wraps .prose, .wraps .sentence { white-space: pre-wrap; overflow-wrap: anywhere; }
  .number { text-align: right; }
  a { text-decoration: none; }
  a:hover { text-decoration: underline; }
  .body { position: relative; }
  .window { position: absolute; inset-inline: 0; }
  .body .row:hover { background: var(--raised); }
  .body .row[aria-selected='true'] { background: var(--accent-ground); }
  .scroller:focus-visible .active { outline: 2px solid var(--accent); outline-offset: -2px; }
  .head .cell { padding: 0; display: grid; }
  .head button {
    font: var(--small);
    font-weight: 600;
    color: var(--muted);
    background: none;
    border: 0;
    border-radius: 0;
    text-align: inherit;
    white-space: nowrap;
    min-height: 28px;
    padding: 0 calc(var(--step) * 2);
  }
  .head button:hover { color: var(--ink); }
  .head button:focus-visible { outline-offset: -2px; }
  .head [aria-sort='ascending'] button, .head [aria-sort='descending'] button { color: var(--accent); }
  .none { padding: calc(var(--step) * 3); color: var(--muted); }
  .urgent { color: var(--bad); }
  .warning { color: var(--doubtful); }
  .quiet { color: var(--muted); }
`;

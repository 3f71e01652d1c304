import { type CSSResult, css } from 'lit';
import { forcedColours } from '../style/forced-colours.ts';
import { stateStyles } from './memory-states.ts';

/** Height of a row in pixels; the style sheet below says the same. */
export const rowHeightInPixels = 20;

/** The look of the grid. */
export const gridStyles: CSSResult = css`
  ${stateStyles}
  ${forcedColours}
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
    height: 20px;
    contain: strict;
    padding-left: 1ch;
    white-space: pre;
    background: var(--kind-ground, none);
  }
  .row:hover { background-color: var(--raised); }
  .address { color: var(--muted); margin-right: 2ch; }
  /* A byte is 2.8 digits wide, with the space after it; a byte of spaces has three of them. */
  .bytes { color: var(--kind-ink, var(--ink)); cursor: default; word-spacing: -0.2ch; }
  .narrow .bytes { word-spacing: -0.5ch; }
  .row:is([data-kind='absent'], [data-kind='waiting']) .bytes,
  .part:is([data-kind='absent'], [data-kind='waiting']) { word-spacing: -0.07ch; }
  .narrow .row:is([data-kind='absent'], [data-kind='waiting']) .bytes,
  .narrow .part:is([data-kind='absent'], [data-kind='waiting']) { word-spacing: -0.17ch; }
  .part[data-kind] { background: var(--kind-ground, none); color: var(--kind-ink, var(--ink)); }
  .text { color: var(--kind-ink, var(--ink)); margin-left: 2ch; }
  .without-text .text { display: none; }
  #chosen, .text b:not(:empty) {
    background: var(--accent);
    color: var(--surface);
    border-radius: 2px;
    font-weight: inherit;
  }
  #chosen { box-shadow: 0 0 0 2px var(--accent); }
  @media (forced-colors: active) {
    #chosen, .text b:not(:empty) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;

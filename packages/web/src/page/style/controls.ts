import { type CSSResult, css } from 'lit';
import { forcedColours } from './forced-colours.ts';

/** What buttons, fields and focus look like in every element. */
export const controls: CSSResult = css`
  ${forcedColours}
  :host { display: block; }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  button, input, select {
    font: inherit;
    color: inherit;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: calc(var(--step) * 1) calc(var(--step) * 2.5);
    min-height: 30px;
  }
  button { cursor: pointer; }
  button:hover { background: var(--raised); }
  button[aria-pressed='true'], button[aria-current='page'] {
    background: var(--accent-ground);
    color: var(--accent);
  }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--surface); }
  button:disabled { color: var(--muted); cursor: default; }
  @media (forced-colors: active) {
    button.primary { background: ButtonFace; border-color: ButtonText; color: ButtonText; }
    :disabled { color: GrayText; }
  }
  input[type='checkbox'] { min-height: 0; margin: 0; accent-color: var(--accent); }
  label:has(> input[type='checkbox']) { display: inline-flex; gap: calc(var(--step) * 1.5); align-items: center; }
  input::placeholder { color: var(--muted); opacity: 1; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
  a { color: var(--accent); }
  h1, h2, h3 { font-weight: 600; line-height: 1.3; margin: 0; }
  h1 { font-size: 20px; }
  h2 { font-size: 15px; }
  .mono, code, pre { font: var(--mono); }
  .muted { color: var(--muted); }
  .small { font: var(--small); }
  .out-of-sight { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  h1:focus { outline: none; }
  .panel {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: calc(var(--step) * 4);
  }
  @media (prefers-reduced-motion: no-preference) {
    button { transition: background 120ms; }
  }
`;

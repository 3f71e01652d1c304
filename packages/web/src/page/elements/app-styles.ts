import { type CSSResult, css } from 'lit';

/** How the head, the navigation and the view lie on a page of any width. */
export const appStyles: CSSResult = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / 200px minmax(0, 1fr);
    height: 100dvh;
  }
  vm-header { grid-column: 1 / -1; }
  vm-navigation { border-inline-end: 1px solid var(--line); overflow-y: auto; }
  main { min-width: 0; overflow-y: auto; padding: clamp(12px, 2vw, 24px); }
  main.alone { grid-column: 1 / -1; width: min(960px, 100%); margin-inline: auto; }
  main.wide { width: min(1760px, 100%); }
  main:focus { outline: none; }
  vm-failure-panel { margin-bottom: calc(var(--step) * 5); }
  .skip { position: absolute; inset: 8px auto auto 8px; z-index: 2; background: var(--surface); }
  .skip:not(:focus) { clip-path: inset(50%); }
  .drop {
    position: fixed;
    inset: 8px;
    z-index: 3;
    display: grid;
    place-content: center;
    border: 2px dashed var(--accent);
    border-radius: calc(var(--radius) * 2);
    background: var(--accent-ground);
    color: var(--accent);
    font-size: 20px;
    opacity: 0.94;
    pointer-events: none;
  }
  @media (max-width: 720px) {
    :host { grid-template: auto auto 1fr / minmax(0, 1fr); height: auto; min-height: 100dvh; }
    main { overflow-y: visible; }
    vm-navigation { border-inline-end: 0; border-bottom: 1px solid var(--line); min-width: 0; }
  }
`;

import { type CSSResult, css } from 'lit';

/** A short word in its colour: a confidence, a strength. Its text says the same as its colour. */
export const chips: CSSResult = css`
  .chip {
    display: inline-block;
    font: var(--small);
    font-weight: 600;
    padding: 1px calc(var(--step) * 2);
    border-radius: 99px;
    white-space: nowrap;
    color: var(--muted);
    background: var(--raised);
    text-decoration: none;
  }
  .chip.certain, .chip.proof { color: var(--good); background: var(--good-ground); }
  .chip.strong { color: var(--accent); background: var(--accent-ground); }
  .chip.probable, .chip.ambiguous { color: var(--doubtful); background: var(--doubtful-ground); }
  .chip.none { color: var(--bad); background: var(--bad-ground); }
  @media (forced-colors: active) {
    .chip { border: 1px solid; }
  }
`;

import { type CSSResult, css } from 'lit';

/** How questions to the user look. */
export const dialogStyle: CSSResult = css`
  dialog {
    max-width: 56ch;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) * 2);
    padding: calc(var(--step) * 6);
  }
  dialog::backdrop { background: rgb(0 0 0 / 45%); }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: calc(var(--step) * 2);
    margin-top: calc(var(--step) * 5);
  }
`;

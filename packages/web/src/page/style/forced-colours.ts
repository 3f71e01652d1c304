import { type CSSResult, css } from 'lit';

/**
 * What is chosen, where the user's system gives all colours: there a browser draws no background
 * of an element that does not ask for it.
 */
export const forcedColours: CSSResult = css`
  @media (forced-colors: active) {
    [aria-pressed='true'], [aria-current='page'], [aria-selected='true'] {
      forced-color-adjust: none;
      background-color: Highlight !important;
    }
    [aria-pressed='true'], [aria-current='page'], [aria-selected='true'],
    [aria-selected='true'] * {
      color: HighlightText !important;
    }
  }
`;

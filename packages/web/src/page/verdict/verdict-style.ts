import { type CSSResultGroup, css } from 'lit';
import { plainTableStyle } from '../elements/plain-table.ts';
import { chips } from '../style/chips.ts';
import { controls } from '../style/controls.ts';
import { evidenceTableStyle } from './evidence-table.ts';

/** What the verdict looks like: the answer first, its evidence beside what to do next. */
export const verdictStyle: CSSResultGroup = [
  controls,
  chips,
  plainTableStyle,
  evidenceTableStyle,
  css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: calc(var(--step) * 4); max-width: 1760px; }
    h1 { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 3); align-items: center; }
    h1 span:last-child { overflow-wrap: anywhere; min-width: 0; }
    h1 .chip { font-size: 14px; }
    section > h2 { margin-bottom: calc(var(--step) * 2); }
    .facts {
      display: grid;
      grid-template-columns: max-content minmax(0, 1fr);
      gap: calc(var(--step) * 1) calc(var(--step) * 6);
      margin: 0;
    }
    .facts dt { color: var(--muted); }
    .facts dd { margin: 0; font: var(--mono); overflow-wrap: anywhere; }
    .doubt { margin: 0; border-color: var(--doubtful); overflow-wrap: anywhere; }
    p.panel { margin: 0; padding: calc(var(--step) * 3); }
    .columns {
      display: grid;
      grid-template-columns: minmax(0, 1fr) minmax(300px, 28%);
      gap: calc(var(--step) * 5);
      align-items: start;
    }
    .answer { align-items: stretch; }
    .answer .column { align-content: start; gap: calc(var(--step) * 3); }
    .column {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: calc(var(--step) * 5);
    }
    .origin { margin: 0; padding: calc(var(--step) * 3); }
    .origin dd { margin: calc(var(--step) * 1) 0 calc(var(--step) * 3); }
    .origin dd:last-child { margin-bottom: 0; }
    .origin ul { list-style: none; margin: 0; padding: 0; font: var(--small); }
    .origin li { display: grid; grid-template-columns: 48px 1fr; gap: calc(var(--step) * 2); }
    .origin li span:first-child { text-align: end; font: var(--mono); color: var(--muted); }
    @media (max-width: 1080px) {
      .columns { grid-template-columns: minmax(0, 1fr); }
    }
    @media (max-width: 480px) {
      .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
      .facts dd { margin-bottom: calc(var(--step) * 2); }
    }
  `,
];

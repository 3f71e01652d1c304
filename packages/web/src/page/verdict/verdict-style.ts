import { type CSSResultGroup, css } from 'lit';
import { plainTableStyle } from '../elements/plain-table.ts';
import { chips } from '../style/chips.ts';
import { controls } from '../style/controls.ts';
import { factsStyle } from '../style/facts.ts';
import { sectionsStyle } from '../style/sections.ts';
import { evidenceTableStyle } from './evidence-table.ts';

/** What the verdict looks like: the answer first, its evidence beside what to do next. */
export const verdictStyle: CSSResultGroup = [
  controls,
  chips,
  plainTableStyle,
  evidenceTableStyle,
  factsStyle,
  sectionsStyle,
  css`
    h1 { display: flex; flex-wrap: wrap; gap: calc(var(--step) * 3); align-items: center; }
    h1 span:last-child { overflow-wrap: anywhere; min-width: 0; }
    h1 .chip { font-size: 14px; }
    .doubt { margin: 0; border-color: var(--doubtful); overflow-wrap: anywhere; }
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
  `,
];

import { type CSSResult, css } from 'lit';
import type { ByteKind } from './byte-row.ts';

export interface StateWords {
  readonly kind: ByteKind;
  readonly words: string;
  /** What its bytes look like. */
  readonly mark?: string;
}

/** What the legend says of each state, in its order. */
export const stateWords: readonly StateWords[] = [
  { kind: 'stored', words: 'stored', mark: '7f' },
  { kind: 'zero', words: 'known to be zero', mark: '00' },
  { kind: 'excluded', words: 'left out of the dump', mark: '··' },
  { kind: 'absent', words: 'no memory, or not in the file' },
  { kind: 'corrupt', words: 'stored, but cannot be read', mark: '!!' },
  { kind: 'unmapped', words: 'not mapped', mark: '--' },
];

/** How states look: a colour, and a pattern for those who see no colours. */
export const stateStyles: CSSResult = css`
  [data-kind='zero'] { --kind-ink: var(--muted); }
  [data-kind='excluded'] {
    --kind-ink: var(--doubtful);
    --kind-ground: repeating-linear-gradient(
      135deg, var(--doubtful-ground) 0 6px, transparent 6px 12px
    );
  }
  [data-kind='absent'] {
    --kind-ink: var(--muted);
    --kind-ground: repeating-linear-gradient(0deg, var(--line) 0 1px, transparent 1px 5px);
  }
  [data-kind='corrupt'] {
    --kind-ink: var(--bad);
    --kind-ground:
      repeating-linear-gradient(45deg, var(--bad-ground) 0 3px, transparent 3px 8px),
      repeating-linear-gradient(135deg, var(--bad-ground) 0 3px, transparent 3px 8px);
  }
  [data-kind='unmapped'] {
    --kind-ink: var(--muted);
    --kind-ground: radial-gradient(circle, var(--line) 1px, transparent 1.5px) 0 0 / 8px 8px;
  }
  @media (forced-colors: active) {
    [data-kind] { forced-color-adjust: none; --kind-line: GrayText; }
    [data-kind='excluded'] {
      --kind-ground: repeating-linear-gradient(
        135deg, var(--kind-line) 0 1px, transparent 1px 12px
      );
    }
    [data-kind='absent'] {
      --kind-ground: repeating-linear-gradient(0deg, var(--kind-line) 0 1px, transparent 1px 5px);
    }
    [data-kind='corrupt'] {
      --kind-ground:
        repeating-linear-gradient(45deg, var(--kind-line) 0 1px, transparent 1px 8px),
        repeating-linear-gradient(135deg, var(--kind-line) 0 1px, transparent 1px 8px);
    }
    [data-kind='unmapped'] {
      --kind-ground:
        radial-gradient(circle, var(--kind-line) 1px, transparent 1.5px) 0 0 / 8px 8px;
    }
  }
`;

import type { JsonObject } from '@vmcorekit/report';
import { type Html, html } from './html.ts';
import { factList, table } from './layout.ts';

/** Rows of one list that a page shows; JSON has them all. */
const maxRows = 200;
/** Characters of one analyzer's answer that a page shows. */
const maxCharacters = 20_000;

/** The fields of a kernel that people read as hexadecimal digits. */
const offsets = new Set(['physBase', 'kaslrOffset', 'linearMapOffset']);

type Fields = Readonly<Record<string, unknown>>;

/**
 * A stored report as markup: verdict and evidence, damage, the crash, the log's end, and what
 * analyzers say. A report of another version may lack any of it.
 */
export function reportSections(report: JsonObject): Html {
  const probe = fieldsIn(report.probe);
  const analyses = fieldsIn(report.analyses);
  const crash = fieldsIn(fieldsIn(analyses['crash-summary']).data);
  return html`${verdict(probe)}${damage(probe)}${stack(crash)}${log(report.log)}
${Object.entries(analyses).map(([name, answer]) => analysis(name, fieldsIn(answer)))}`;
}

function verdict(probe: Fields): Html | null {
  if (typeof probe.confidence !== 'string') {
    return null;
  }
  const evidence = (list: unknown, label: string): Html | null => {
    const rows = listIn(list).map((each) => {
      const { because, kind, strength, heuristic } = fieldsIn(each);
      return [
        html`<span class="text block">${text(because)}</span>`,
        text(kind),
        text(strength),
        text(heuristic),
      ];
    });
    return rows.length === 0
      ? null
      : html`<h3>${label}</h3>${table(label, ['Because', 'Kind', 'Strength', 'By'], rows)}`;
  };
  const { kernel } = probe;
  return html`<h2>Verdict</h2>
${factList([
  ['Confidence', probe.confidence],
  ['Why none', text(probe.explanation) ?? text(probe.reason)],
  ...Object.entries(fieldsIn(kernel)).map(
    ([name, value]) => [name, offsets.has(name) ? hex(value) : text(value)] as const,
  ),
])}
${evidence(probe.evidence, 'Evidence')}${evidence(probe.contradictions, 'Contradictions')}`;
}

function damage(probe: Fields): Html | null {
  const rows = listIn(probe.conditions).map((each) => {
    const { name, detail } = fieldsIn(each);
    return [text(name), html`<span class="text block">${text(detail)}</span>`];
  });
  return rows.length === 0
    ? null
    : html`<h2>Damage</h2>${table('Damage', ['What', 'Where'], rows)}`;
}

function stack(crash: Fields): Html | null {
  const task = fieldsIn(crash.task);
  const frames = listIn(fieldsIn(crash.stack).frames).map((each) => {
    const { symbol, address, module, offset } = fieldsIn(each);
    const place = typeof offset === 'number' ? `+0x${offset.toString(16)}` : '';
    return `${text(address) ?? ''} ${text(symbol) ?? '?'}${place}${module == null ? '' : ` [${text(module)}]`}`;
  });
  const who = task.pid == null ? null : `PID ${text(task.pid)} (${text(task.comm) ?? '?'})`;
  return who === null && frames.length === 0
    ? null
    : html`<h2>Crash</h2>${factList([
        ['Task', who],
        ['CPU', text(fieldsIn(crash.cpu).number)],
      ])}
${frames.length === 0 ? null : lines(frames)}`;
}

function log(tail: unknown): Html | null {
  const found = listIn(tail).flatMap((line) => text(line) ?? []);
  return found.length === 0 ? null : html`<h2>End of the kernel log</h2>${lines(found)}`;
}

function analysis(name: string, { data, because, remarks }: Fields): Html {
  const json = JSON.stringify(data ?? null, null, 2);
  return html`<details><summary>Analyzer ${name}</summary>
${[...listIn(remarks), because].flatMap((each) => text(each) ?? []).map((each) => html`<p>${each}</p>`)}
${data == null ? null : lines(json.slice(0, maxCharacters).split('\n'))}
${json.length <= maxCharacters ? null : html`<p>Cut here; JSON has all of it.</p>`}
</details>`;
}

/** Lines as they are; a template escapes what ends lines. */
function lines(each: readonly string[]): Html {
  return html`<pre tabindex="0">${each.map(
    (line) => html`${line}
`,
  )}</pre>`;
}

function fieldsIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, maxRows) : [];
}

/** An offset that JSON has as a number. */
function hex(value: unknown): string | null {
  return typeof value === 'number'
    ? `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`
    : text(value);
}

/** Null where there is nothing to show. */
function text(value: unknown): string | null {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : null;
}

import { hex, type OptionSpec, type OptionSpecs, sizeText } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

/**
 * A table of the options of a heuristic or an analyzer, named as `--option` takes them: with
 * `owner` before the name if it is given.
 */
export function optionRows(specs: OptionSpecs, style: Style, owner?: string): string[] {
  const name = (option: string): string => (owner === undefined ? option : `${owner}.${option}`);
  const columns: readonly DataColumn<readonly [option: string, spec: OptionSpec]>[] = [
    { title: 'option', value: ([option]) => name(option) },
    { title: 'type', value: ([, { type }]) => type },
    { title: 'default', value: ([, spec]) => defaultText(spec) },
    { title: 'meaning', kind: 'prose', value: ([, spec]) => spec.summary + rangeText(spec) },
  ];
  return tableLines(columns, Object.entries(specs), style);
}

function defaultText({ type, default: initial }: OptionSpec): string {
  if (initial === null) {
    return 'unset';
  }
  if (type === 'size' && typeof initial === 'number') {
    return initial < 0 ? `-${sizeText(-initial)}` : sizeText(initial);
  }
  return typeof initial === 'bigint' ? hex(initial) : String(initial);
}

function rangeText({ type, minimum, maximum, choices }: OptionSpec): string {
  const shown = (value: number) => (type === 'size' ? hex(value) : String(value));
  if (choices !== undefined) {
    return ` (one of ${choices.join(', ')})`;
  }
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${shown(minimum)}`]),
    ...(maximum === undefined ? [] : [`up to ${shown(maximum)}`]),
  ];
  return bounds.length === 0 ? '' : ` (${bounds.join(' ')})`;
}

import { hex, type OptionSpec, type OptionSpecs, sizeText } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';

/**
 * A table of the options of a plug-in's contribution, named as `--option` wants them: after their
 * owner where one is given.
 */
export function optionRows(specs: OptionSpecs, style: Style, owner?: string): string[] {
  const rows = Object.entries(specs).map(([name, spec]) => [
    owner === undefined ? name : `${owner}.${name}`,
    spec.type,
    defaultText(spec),
    spec.summary + rangeText(spec),
  ]);
  return table(
    [
      { title: 'option' },
      { title: 'type' },
      { title: 'default' },
      { title: 'meaning', isFlexible: true },
    ],
    rows,
    style,
  );
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

/** One sample: its metric, its labels as written, and its value. */
export interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/**
 * Reads OpenMetrics text of gauges, and throws for what its grammar does not have.
 * Source: OpenMetrics 1.0.0, "ABNF".
 */
export function readOpenMetrics(text: string): Sample[] {
  if (!text.endsWith('\n# EOF\n')) {
    throw new Error('the text does not end with # EOF');
  }
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, type] = /^# TYPE ([a-z_]+) gauge$/.exec(line) ?? [];
    if (type !== undefined) {
      if (seen.has(type)) {
        throw new Error(`a family is not in one piece: ${line}`);
      }
      seen.add(type);
      family = type;
      continue;
    }
    const [, unitOf, unit] = /^# UNIT ([a-z_]+) ([a-z]+)$/.exec(line) ?? [];
    const [, helpOf] = /^# HELP ([a-z_]+) [^\\]+$/.exec(line) ?? [];
    if (unitOf === family && unit !== undefined && family.endsWith(`_${unit}`)) {
      continue;
    }
    if (helpOf === family) {
      continue;
    }
    const [, name = '', labels = '', value] =
      /^([a-z_]+)(\{[a-z_]+="[a-z_-]*"\})? (\d+(?:\.\d+)?(?:e[+-]\d+)?)$/.exec(line) ?? [];
    if (value === undefined || name !== family) {
      throw new Error(`not a line of this family: ${line}`);
    }
    samples.push({ name, labels, value: Number(value) });
  }
  return samples;
}

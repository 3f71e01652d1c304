import { printable, type ReportText, reportTable } from '@vmcorekit/core';
import { memoryColumns, modColumns, parameterColumns, sectionColumns } from './mod-columns.ts';
import type { ModModule } from './mod-report.ts';

/** One module with everything that is known of it. */
export function modText(module: ModModule): ReportText {
  const { details, buildId, memory, seenBy } = module;
  const facts = [
    ['build ID', buildId],
    ['version', details?.version],
    ['srcversion', details?.srcversion],
    ['arguments', details?.args],
    ['symbols', details?.symbols?.toString()],
    ['seen by', seenBy.join(', ')],
  ].flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [`${name}: ${printable(value)}`],
  );
  const parameters = details?.parameters ?? [];
  const sections = details?.sections ?? [];
  return [
    reportTable(modColumns, [module]),
    '',
    ...facts,
    ...(memory.length === 0 ? [] : ['', reportTable(memoryColumns, memory)]),
    ...(parameters.length === 0 ? [] : ['', reportTable(parameterColumns, parameters)]),
    ...(sections.length === 0 ? [] : ['', reportTable(sectionColumns, sections)]),
  ];
}

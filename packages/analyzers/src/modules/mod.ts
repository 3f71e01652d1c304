import {
  type Analyzer,
  defineAnalyzer,
  type Kernel,
  printable,
  type Report,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { type FoundModules, readModules } from '@vmcorekit/linux';
import { kernelAnswer, type Without } from '../kernel-answer.ts';
import { wordsOf } from '../tasks/task-selection.ts';
import { modColumns, shownColumns } from './mod-columns.ts';
import { type ModReport, modDetails, modHidden, modModule } from './mod-report.ts';
import { modText } from './mod-text.ts';

const options = {
  name: {
    type: 'string',
    summary: 'only modules with these names, with spaces between, and all about them',
    default: null,
  },
} as const;

/**
 * The modules of the kernel, as crash's `mod` and lsmod show them, and where the kernel has each of
 * them. The data is `{ modules, hidden }`; null where the modules cannot be found.
 */
export const mod: Analyzer<ModReport | null, typeof options> = defineAnalyzer({
  name: 'mod',
  summary: 'the modules of the kernel, and those that hide',
  options,
  run: (context, { name }) =>
    kernelAnswer(
      context,
      { head: 'no modules', rows: reportRows(modColumns, []) },
      function* (kernel, without) {
        const found = yield* readModules(kernel);
        return typeof found === 'string' ? without(found) : reportOn(kernel, found, name, without);
      },
    ),
});

function reportOn(
  kernel: Kernel,
  found: FoundModules,
  name: string | null,
  without: Without,
): Report<ModReport | null> {
  const names = name === null ? undefined : wordsOf(name).map(underscored);
  const isWanted = (module: { readonly name: string }) =>
    names === undefined || names.includes(underscored(module.name));
  const wanted = found.modules.filter(isWanted);
  const missing = names?.filter(
    (each) => !wanted.some((module) => underscored(module.name) === each),
  );
  if (missing !== undefined && wanted.length === 0) {
    return without(`no module is called ${missing.map(printable).join(' or ')}`);
  }
  const modules = wanted.map((module) => ({
    ...modModule(module),
    ...(names === undefined ? {} : { details: modDetails(kernel, module) }),
  }));
  const hidden = found.hidden.filter(({ module }) => isWanted(module)).map(modHidden);
  const text: ReportText =
    names !== undefined
      ? modules.flatMap((module, index) => [...(index === 0 ? [] : ['']), ...modText(module)])
      : modules.length === 0
        ? ['no module is loaded']
        : [reportTable(shownColumns(modules), modules)];
  return {
    text,
    data: { modules, hidden },
    rows: reportRows(modColumns, modules),
    remarks: [
      ...kernel.types.remarks,
      ...found.remarks,
      ...(missing ?? []).map((each) => `no module is called ${printable(each)}`),
      ...modules.flatMap((module) =>
        module.doubts.map(
          (doubt) => `module ${printable(module.name)} at ${module.address}: ${doubt}`,
        ),
      ),
    ],
  };
}

/** As modprobe, which takes `-` for `_`. */
function underscored(name: string): string {
  return name.replaceAll('-', '_');
}

import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { DumpModel } from '../../dist/page/model/dump-model.js';
import type { ExportForm, GivenOptions } from '../../dist/protocol/analysis-calls.js';

const bin = fileURLToPath(new URL('../../../vmcorekit/bin/vmcorekit.cjs', import.meta.url));

type AppElement = HTMLElement & { readonly model: DumpModel };

/** What the page saves of an analyzer's answer. */
export async function exportOf(
  page: Page,
  name: string,
  form: ExportForm,
  options: GivenOptions = {},
): Promise<string> {
  return await page.evaluate(
    async (request) => {
      const app = document.querySelector('vm-app') as AppElement | null;
      return (await app?.model.supervisor.call('exportAnalysis', request)) ?? '';
    },
    { name, form, options },
  );
}

/** What the command prints, where the dump is named without its folder, as in a page. */
export function commandText(
  command: readonly string[],
  dump: string,
  ...words: readonly string[]
): string {
  const { stdout } = spawnSync(
    process.execPath,
    [bin, '--no-config', ...command, basename(dump), ...words],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      cwd: dirname(dump),
    },
  );
  return stdout;
}

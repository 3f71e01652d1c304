import type { Page } from 'playwright-core';
import type { PluginOutcome } from '../../dist/protocol/plugin-calls.js';
import type { AppElement } from './opened-page.js';

/** Gives the page plug-ins as a user does, and agrees that they run. */
export async function givePlugins(
  page: Page,
  files: Readonly<Record<string, string>>,
): Promise<PluginOutcome> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(
      Object.entries(files).map(([name, text]) => ({
        name,
        mimeType: 'text/javascript',
        buffer: Buffer.from(text),
      })),
    );
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const outcome = await page.waitForFunction(() => {
    const { plugins } = (document.querySelector('vm-app') as AppElement).model;
    const { failure } = plugins;
    return failure === null
      ? plugins.outcome
      : { loaded: [], failed: [{ file: '', because: failure }] };
  });
  return (await outcome.jsonValue()) as PluginOutcome;
}

/** A step that takes longer hangs; 10 s are long for a test. */
export async function setStepLimit(page: Page, stepLimitInMilliseconds: number): Promise<void> {
  await page.evaluate((limit) => {
    const app = document.querySelector('vm-app') as AppElement;
    app.model.supervisor.restartWith({ stepLimitInMilliseconds: limit });
  }, stepLimitInMilliseconds);
}

/** A plug-in of one heuristic; `body` stands in its generator. */
export function heuristicModule(name: string, body: string): string {
  return `export default { name: '${name}-plugin', heuristics: [{
    name: '${name}', summary: 'played', needs: [], cost: 'header', yields: ['physBase'],
    looksAt: 'nothing', architectures: 'any', options: {}, *run(context) { ${body} },
  }] };`;
}

/** A plug-in of one analyzer; `body` stands in its generator. */
export function analyzerModule(name: string, body: string): string {
  return `export default { name: '${name}-plugin', analyzers: [{
    name: '${name}', summary: 'played', options: {}, *run(context) { ${body} },
  }] };`;
}

import { definePlugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { RemoteFiles } from '@vmcorekit/source-http';
import { plugin, S3Opener } from '@vmcorekit/source-s3';
import { defaultPlugins } from '../../dist/library/default-toolkit.js';
import { replaceEnvironment } from './replace-environment.ts';

const workerUrl = new URL('./s3-worker.js', import.meta.resolve('@vmcorekit/source-s3'));

/**
 * A toolkit whose thread that fetches from S3 has this environment: it has that of its start.
 * Nothing of the tester's own account is in it.
 */
export function s3Toolkit(env: Readonly<Record<string, string>>): Toolkit {
  const files = new RemoteFiles(workerUrl);
  const opener = new S3Opener(files);
  const sources = (plugin.sources ?? []).map((each) => (each.name === opener.name ? opener : each));
  const open = files.open.bind(files);
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  files.open = (...given) => {
    const restoreEnvironment = replaceEnvironment({ ...Object.fromEntries(others), ...env });
    const opening = open(...given);
    restoreEnvironment();
    return opening;
  };
  return createToolkit([
    ...defaultPlugins.filter(({ name }) => name !== plugin.name),
    definePlugin({ name: plugin.name, sources }),
  ]);
}

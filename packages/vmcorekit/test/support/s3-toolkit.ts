import { definePlugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { RemoteFiles } from '@vmcorekit/source-http';
import { plugin, S3Opener } from '@vmcorekit/source-s3';
import { defaultPlugins } from '../../dist/library/default-toolkit.js';

const workerUrl = new URL('./s3-worker.js', import.meta.resolve('@vmcorekit/source-s3'));

/** A toolkit whose thread that fetches from S3 has this environment: it has that of its start. */
export function s3Toolkit(env: Readonly<Record<string, string>>): Toolkit {
  const files = new RemoteFiles(workerUrl);
  const opener = new S3Opener(files);
  const sources = (plugin.sources ?? []).map((each) => (each.name === opener.name ? opener : each));
  const open = files.open.bind(files);
  files.open = (...given) => {
    const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, env);
    const opening = open(...given);
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
    return opening;
  };
  return createToolkit([
    ...defaultPlugins.filter(({ name }) => name !== plugin.name),
    definePlugin({ name: plugin.name, sources }),
  ]);
}

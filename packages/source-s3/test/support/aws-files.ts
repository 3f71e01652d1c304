import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AwsFiles extends AsyncDisposable {
  /** An environment in which these files are found, and no others. */
  readonly env: Record<string, string>;
  write(name: 'credentials' | 'config', text: string): Promise<void>;
}

/** The configuration files of AWS's tools, in a folder of their own. */
export async function withAwsFiles(
  texts: Partial<Readonly<Record<'credentials' | 'config', string>>>,
): Promise<AwsFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'vmcorekit-aws-'));
  const files: AwsFiles = {
    env: {
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
    },
    write: (name, text) => writeFile(join(folder, name), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
  for (const name of ['credentials', 'config'] as const) {
    if (texts[name] !== undefined) {
      await files.write(name, texts[name]);
    }
  }
  return files;
}

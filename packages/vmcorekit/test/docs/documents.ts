import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of the project. */
export const root: string = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Document {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file of the project that people read, but for the changelog. */
export function documents(): Document[] {
  const markdownIn = (folder: string) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
      .map((name) => `${folder}${name}`);
  const each = (group: string) =>
    readdirSync(`${root}${group}`).flatMap((name) => markdownIn(`${group}/${name}/`));
  const folders = ['', 'docs/', 'lab/', 'interop/', 'bench/', 'fuzz/', 'fixtures/'];
  return [...folders.flatMap(markdownIn), ...each('packages'), ...each('examples')].map((path) => ({
    path,
    text: readFileSync(`${root}${path}`, 'utf8'),
  }));
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { documents, root } from './documents.ts';

const link = /(?:\]\(|src=")(?!https?:|mailto:)([^)"#\s]*)(?:#([^)\s]*))?[)"]/g;

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function hasAnchor(file: string, anchor: string): boolean {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].some(([, heading = '']) => anchorOf(heading) === anchor);
}

describe('links in documents', () => {
  for (const { path, text } of documents()) {
    it(`of ${path} lead somewhere`, () => {
      const broken = [...text.matchAll(link)].filter(([, to = '', anchor]) => {
        const file = to === '' ? join(root, path) : join(root, dirname(path), to);
        return !existsSync(file) || (anchor !== undefined && !hasAnchor(file, anchor));
      });
      expect(broken.map(([whole]) => whole)).to.deep.equal([]);
    });
  }

  it('of docs/README.md name every document in that folder', () => {
    const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
    const missing = documents()
      .map(({ path }) => /^docs\/([^/]+\.md)$/.exec(path)?.[1])
      .filter((name) => name !== undefined && name !== 'README.md')
      .filter((name) => !index.includes(`(${name})`));
    expect(missing).to.deep.equal([]);
  });
});

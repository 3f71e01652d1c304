import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const site = new URL('../site/', import.meta.url);
/** As minified code has them: `import"./a.js"`, `from"./a.js"`. */
const imported = /(?:\bimport|\bfrom)\s*"(\.[^"]+)"/g;

/** A script of the site, and all that it imports before it runs. */
function closure(script: string): Set<string> {
  const found = new Set<string>();
  const waiting = [new URL(script, site).href];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (!found.has(url)) {
      found.add(url);
      const text = readFileSync(fileURLToPath(url), 'utf8');
      waiting.push(...[...text.matchAll(imported)].map(([, name = '']) => new URL(name, url).href));
    }
  }
  return found;
}

function sizeOf(urls: Iterable<string>): number {
  return [...urls].reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
}

/** The chunk of that name, whatever its hash. */
function chunk(name: RegExp): string {
  return `chunks/${readdirSync(new URL('chunks', site)).find((file) => name.test(file))}`;
}

describe('the size of the page', () => {
  const page = closure('page.js');
  const session = new Set([...closure('worker.js'), ...closure(chunk(/^session-.*\.js$/))]);

  it('is at most 400 KB before compression until a dump is chosen', () => {
    const others = ['index.html', 'page.css', 'icon.svg'].map((name) => new URL(name, site).href);
    expect(sizeOf([...page, ...others])).to.be.below(400_000);
  });

  it('is at most 1.2 MB more for the worker that finds a verdict', () => {
    expect(sizeOf(session)).to.be.below(1_200_000);
  });

  it('leaves to its moment what few dumps and views need', () => {
    const late = [
      /^capstone-.*js$/,
      /^zstddec-/,
      /^memory-view-/,
      /^writing-view-/,
      /^convert-/,
      /^reports-/,
      /^find-view-/,
    ];
    const early = new Set([...page, ...session]);
    const found = late.map((name) => early.has(new URL(chunk(name), site).href));
    expect(found).to.deep.equal(late.map(() => false));
  });
});

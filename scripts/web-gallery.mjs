// Copies the page's examples out of the fixtures, and writes their list.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sizeText } from '@vmcorekit/core';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const list = new URL('../packages/web/gallery.json', import.meta.url);

/** Fills a folder, which the page asks for an example only when one is chosen. */
export function writeGallery(folder) {
  mkdirSync(folder, { recursive: true });
  const examples = JSON.parse(readFileSync(list, 'utf8')).map(({ from, ...example }) => {
    copyFileSync(fixtures + from, `${folder}/${example.file}`);
    return { ...example, sizeText: sizeText(statSync(fixtures + from).size) };
  });
  writeFileSync(`${folder}/index.json`, JSON.stringify(examples));
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { blocksOf } from './blocks.ts';
import { documents, root } from './documents.ts';

const maxSampleLines = 15;

describe('README files of packages', () => {
  const texts = new Map(documents().map(({ path, text }) => [path, text]));

  for (const name of readdirSync(join(root, 'packages')).filter(isPublished)) {
    const text = texts.get(`packages/${name}/README.md`) ?? '';
    const blocks = blocksOf(text);

    it(`say in one sentence what ${name} is, and how to install it`, () => {
      const [title, sentence = '', third] = text.split('\n\n');
      expect(title).to.match(/^# (?:@vmcorekit\/)?[\w-]+$/);
      expect(sentence.match(/[.!?](?:\s|$)/g), sentence).to.have.lengthOf(1);
      expect(third).to.include(`npm install`);
    });

    it(`show ${name} at work in at most ${maxSampleLines} lines`, () => {
      const sample = blocks.find(({ language }) => ['js', 'ts'].includes(language));
      expect(sample).to.have.property('notRun', undefined);
      expect(sample?.text.trimEnd().split('\n')).to.have.lengthOf.at.most(maxSampleLines);
    });

    it(`lead from ${name} to the documentation`, () => {
      expect(text).to.match(/\]\(\.\.\/\.\.\/docs\/[\w-]+\.md/);
    });
  }
});

function isPublished(name: string): boolean {
  const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly private?: boolean }).private !== true;
}

import { expect } from 'chai';
import { billOf } from '../release/bill-of-materials.mjs';
import { changelogSection } from '../release/changelog.mjs';
import { unreadiness } from '../release/readiness.mjs';

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-02\n\n### Added\n\n- A.\n\n' +
    '## [1.0.0] - 2026-01-01\n\n- First.\n\n[1.0.0]: https://example.org\n';

  it('are the section of its version', () => {
    expect(changelogSection(changelog, '1.1.0')).to.equal('### Added\n\n- A.\n');
    expect(changelogSection(changelog, '1.0.0')).to.equal('- First.\n');
  });

  it('are none where the section is empty or missing', () => {
    expect(changelogSection(changelog, 'Unreleased')).to.equal(undefined);
    expect(changelogSection(changelog, '1.1')).to.equal(undefined);
  });
});

describe('a release', () => {
  const ready = {
    version: '1.2.3',
    changes: '',
    tags: ['v1.2.3', 'other'],
    changelog: '# Changelog\n\n## [1.2.3] - 2026-01-02\n\n- A.\n',
  };

  it('is of a clean, tagged commit with a dated changelog', () => {
    expect(unreadiness(ready)).to.equal(undefined);
  });

  for (const { title, change, complaint } of [
    { title: 'a changed work tree', change: { changes: ' M README.md\n' }, complaint: 'differs' },
    { title: 'a tag of another version', change: { tags: ['v1.2.2'] }, complaint: 'no tag v1.2.3' },
    { title: 'no section', change: { changelog: '# Changelog\n' }, complaint: 'no section' },
    {
      title: 'an empty section',
      change: { changelog: '## [1.2.3] - 2026-01-02\n' },
      complaint: 'no section',
    },
    {
      title: 'a section without a date',
      change: { changelog: '## [1.2.3]\n\n- A.\n' },
      complaint: 'no section',
    },
    {
      title: 'the section of a like version',
      change: { version: '1.2', tags: ['v1.2'] },
      complaint: 'no section',
    },
  ]) {
    it(`is refused with ${title}`, () => {
      expect(unreadiness({ ...ready, ...change })).to.include(complaint);
    });
  }
});

describe('the bill of materials', () => {
  it('is of the package, not of the folder it was made in', () => {
    const part = (reference, name) => ({ 'bom-ref': reference, name });
    const bill = billOf('tool', {
      bomFormat: 'CycloneDX',
      metadata: { timestamp: 'now', component: part('repository@1.0.0', 'some-folder') },
      components: [part('tool@1.0.0', 'tool'), part('@us/core@1.0.0', 'core')],
      dependencies: [{ ref: 'repository@1.0.0' }, { ref: 'tool@1.0.0' }],
    });
    expect(bill).to.deep.equal({
      bomFormat: 'CycloneDX',
      metadata: { timestamp: 'now', component: part('tool@1.0.0', 'tool') },
      components: [part('@us/core@1.0.0', '@us/core')],
      dependencies: [{ ref: 'tool@1.0.0' }],
    });
  });
});

import { expect } from 'chai';
import { agreeing, faults, webAddress } from '../release/manifest.mjs';
import { publicWorkspaces, rootManifest, workspaces } from '../release/workspaces.mjs';

const root = {
  version: '1.2.3',
  license: 'MIT',
  engines: { node: '>=20' },
  repository: { type: 'git', url: 'git+https://example.org/a/b.git' },
};

describe('the manifests', () => {
  it('take version and ranges for each other from the root’s', () => {
    const manifest = {
      version: '1.0.0',
      private: true,
      dependencies: { vmcorekit: '1.0.0', pako: '3.0.3' },
      peerDependencies: { '@vmcorekit/core': '^1.0.0' },
    };
    expect(agreeing(manifest, 'lab', root)).to.deep.equal({
      version: '1.2.3',
      private: true,
      dependencies: { vmcorekit: '^1.2.3', pako: '3.0.3' },
      peerDependencies: { '@vmcorekit/core': '^1.2.3' },
    });
  });

  it('of public packages name their folder in the repository', () => {
    const { repository, homepage, bugs, publishConfig } = agreeing({}, 'packages/core', root);
    expect({ repository, homepage, bugs, publishConfig }).to.deep.equal({
      repository: { ...root.repository, directory: 'packages/core' },
      homepage: 'https://example.org/a/b/tree/main/packages/core#readme',
      bugs: { url: 'https://example.org/a/b/issues' },
      publishConfig: { access: 'public', provenance: true },
    });
  });

  it('have no scripts, exact versions of others, keywords, and core as a peer', () => {
    const keywords = ['vmcorekit', 'a', 'b', 'c'];
    const peerDependencies = { '@vmcorekit/core': '^1.2.3' };
    expect(faults({ keywords, peerDependencies })).to.deep.equal([]);
    expect(faults({ keywords: ['vmcorekit', 'a', 'a', 'a'], peerDependencies })).to.have.length(1);
    expect(faults({ keywords: [], peerDependencies })).to.have.length(1);
    expect(faults({ keywords })).to.have.length(1);
    expect(faults({ keywords, peerDependencies, scripts: { install: 'x' } })).to.have.length(1);
    expect(faults({ keywords, peerDependencies, dependencies: { pako: '^3' } })).to.have.length(1);
  });

  for (const { folder, manifest } of workspaces()) {
    it(`agree: ${folder}`, () => {
      expect(agreeing(manifest, folder, rootManifest())).to.deep.equal(manifest);
    });
  }

  for (const { folder, manifest } of publicWorkspaces()) {
    it(`have no fault: ${folder}`, () => {
      expect(faults(manifest)).to.deep.equal([]);
    });
  }

  it('name a web address of the repository', () => {
    expect(webAddress(root)).to.equal('https://example.org/a/b');
    expect(webAddress(rootManifest())).to.match(/^https:\/\/[^ ]+[^/]$/);
  });
});

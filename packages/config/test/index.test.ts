import { readFileSync } from 'node:fs';
import * as config from '@vmcorekit/config';
import { expect } from 'chai';

describe('@vmcorekit/config', () => {
  it('exports these names', () => {
    expect(Object.keys(config).sort()).to.deep.equal([
      'TrustStore',
      'checkRules',
      'configSchema',
      'configurationOf',
      'defineConfig',
      'dumpFacts',
      'filesOf',
      'keyText',
      'loadConfiguration',
      'loadPlugins',
      'namingSettings',
      'noConfiguration',
      'settingsFor',
      'starter',
      'userFolder',
      'withVerdict',
      'withoutUnknownHeuristics',
    ]);
  });

  it('depends on these packages; on those of others in one version', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { dependencies: object };
    expect(manifest.dependencies).to.deep.equal({
      '@cfworker/json-schema': '4.1.6',
      '@vmcorekit/node': '^0.1.0',
      cosmiconfig: '9.0.2',
      'import-meta-resolve': '4.2.0',
      picomatch: '4.0.7',
      yaml: '2.9.1',
    });
  });

  it('starts a new file that is valid, and stays so with its examples in force', async () => {
    const { folderWith } = await import('./support/folder.js');
    const uncommented = config.starter
      .replace(/^(extends|plugins|rules): \[\]$/gm, '$1:')
      .replace(/^#( {2})/gm, '$1');
    const folder = folderWith({
      'plain.yaml': config.starter,
      'full.yaml': uncommented.replace('./site.yaml', './plain.yaml'),
    });
    const { rules } = await config.loadConfiguration({ folder, env: {}, given: 'full.yaml' });
    expect(rules.map(({ rule }) => rule.name)).to.deep.equal(['ovmf-farm', 'legacy-lab']);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const textOf = (file: string) => readFileSync(new URL(file, source), 'utf8');
/** The package of a module: `@vmcorekit/core` of `@vmcorekit/core/nearest-name`. */
const packageOf = (module: string) => module.split('/').slice(0, 2).join('/');

describe('the walls of @vmcorekit/gdb', () => {
  it('imports nothing but core and linux', () => {
    expect(files.length).to.be.above(12);
    const imports = files.flatMap((file) =>
      [...textOf(file).matchAll(/^(?:import|export)( type)?[^;]*? from '([^.'][^']*)';/gm)].map(
        ([, type, module = '']) => `${type === undefined ? '' : 'type '}${packageOf(module)}`,
      ),
    );
    expect([...new Set(imports)].sort()).to.deep.equal([
      '@vmcorekit/core',
      '@vmcorekit/linux',
      'type @vmcorekit/core',
      'type @vmcorekit/linux',
    ]);
  });

  it('uses no name that only Node has, so a browser can load it', () => {
    const offenders = files.filter((file) =>
      /\b(?:Buffer|process|require|setImmediate|__dirname)\b[.(]/.test(textOf(file)),
    );
    expect(offenders).to.deep.equal([]);
  });

  it('depends on core and linux only', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as Record<string, Record<string, string>>;
    expect(Object.keys({ ...dependencies, ...peerDependencies }).sort()).to.deep.equal([
      '@vmcorekit/core',
      '@vmcorekit/linux',
    ]);
  });
});

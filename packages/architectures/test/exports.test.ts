import * as architectures from '@vmcorekit/architectures';
import { expect } from 'chai';

describe('@vmcorekit/architectures', () => {
  it('exports one object an architecture, and the plug-in', () => {
    expect(Object.keys(architectures).sort()).to.deep.equal(
      [
        'arm',
        'arm64',
        'i386',
        'loongarch64',
        'mips',
        'mips64',
        'plugin',
        'ppc64',
        'riscv64',
        's390x',
        'x8664',
      ].sort(),
    );
  });

  it('contributes every architecture it exports, and beyond these only names', () => {
    const { plugin, ...each } = architectures;
    const exported = Object.values(each);
    expect(plugin.architectures).to.include.members(exported);
    for (const other of plugin.architectures?.filter(
      (architecture) => !exported.includes(architecture),
    ) ?? []) {
      expect(other, other.name).to.have.all.keys(
        'name',
        'machines',
        'wordSizeInBits',
        'pageSizesInBytes',
      );
    }
  });

  it('claims no machine twice, nor a name', () => {
    const all = architectures.plugin.architectures ?? [];
    const machines = all.flatMap(({ machines: { elf } }) =>
      elf.flatMap(({ machine, wordSizeInBits, onlyUntranslated }) =>
        (wordSizeInBits === 'any' ? [32, 64] : [wordSizeInBits]).map(
          (each) => `${machine}/${each}${onlyUntranslated ? ' untranslated' : ''}`,
        ),
      ),
    );
    for (const claimed of [
      machines,
      all.flatMap(({ machines: { utsname } }) => utsname),
      all.map(({ name }) => name),
    ]) {
      expect(claimed).to.deep.equal([...new Set(claimed)]);
    }
  });
});

import * as architectures from '@vmcorekit/architectures';
import { expect } from 'chai';

describe('@vmcorekit/architectures', () => {
  it('exports one object an architecture, and the plug-in', () => {
    expect(Object.keys(architectures).sort()).to.deep.equal(
      ['arm', 'arm64', 'i386', 'loongarch64', 'mips', 'mips64', 'plugin', 'ppc64', 'riscv64', 's390x', 'x8664'].sort(),
    );
  });

  it('contributes every architecture it exports', () => {
    const { plugin, ...each } = architectures;
    expect(plugin.architectures).to.have.members(Object.values(each));
  });

  it('claims no machine twice', () => {
    const machines = (architectures.plugin.architectures ?? []).flatMap((architecture) =>
      architecture.elfMachines.map(({ machine, wordSizeInBits }) => `${machine}/${wordSizeInBits}`),
    );
    expect(new Set(machines).size).to.equal(machines.length);
  });
});

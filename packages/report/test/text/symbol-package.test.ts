import { expect } from 'chai';
import { symbolPackageOf } from '../../dist/text/symbol-package.js';

const banners: readonly (readonly [
  name: string,
  banner: string,
  release: string,
  symbolPackage: string,
  vmlinux: string,
])[] = [
  [
    'Debian',
    'Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP',
    '6.1.0-56-cloud-amd64',
    'linux-image-6.1.0-56-cloud-amd64-dbg',
    '/usr/lib/debug/boot/vmlinux-6.1.0-56-cloud-amd64',
  ],
  [
    'Ubuntu',
    'Linux version 6.8.0-31-generic (buildd@lcy02-amd64-080) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0) #31-Ubuntu SMP',
    '6.8.0-31-generic',
    'linux-image-unsigned-6.8.0-31-generic-dbgsym',
    '/usr/lib/debug/boot/vmlinux-6.8.0-31-generic',
  ],
  [
    'Fedora',
    'Linux version 6.8.5-301.fc40.x86_64 (mockbuild@4b4dd2e7c1d84cd1.fedoraproject.org) (gcc (GCC) 14.0.1) #1 SMP',
    '6.8.5-301.fc40.x86_64',
    'kernel-debuginfo-6.8.5-301.fc40.x86_64',
    '/usr/lib/debug/lib/modules/6.8.5-301.fc40.x86_64/vmlinux',
  ],
];

describe('the package with a kernel’s symbols', () => {
  for (const [name, banner, release, symbolPackage, vmlinux] of banners) {
    it(`is known from ${name}’s banner`, () => {
      expect(symbolPackageOf(banner, release)).to.deep.equal({
        distribution: name,
        name: symbolPackage,
        vmlinux,
      });
    });
  }

  it('is not guessed for a kernel that you built yourself', () => {
    expect(symbolPackageOf('Linux version 6.9.0 (me@home) (gcc 14) #1', '6.9.0')).to.equal(
      undefined,
    );
    expect(symbolPackageOf(null, '6.9.0')).to.equal(undefined);
  });

  it('is not made of a release that could be a path or a command', () => {
    const banner = 'Linux version x (debian-kernel@lists.debian.org)';
    for (const release of ['../../etc', 'a;reboot', 'a b', '$(x)', '\x1b[2J', '6..1']) {
      expect(symbolPackageOf(banner, release), release).to.equal(undefined);
    }
  });
});

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const { userCacheFolder } = createRequire(import.meta.url)(
  fileURLToPath(new URL('../../bin/user-cache-folder.cjs', import.meta.url)),
) as {
  userCacheFolder: (env: Record<string, string>, platform: string) => string | undefined;
};

describe('userCacheFolder', () => {
  const HOME = '/home/ada';
  for (const [title, env, platform, folder] of [
    ['below HOME', { HOME }, 'linux', '/home/ada/.cache/vmcorekit/code'],
    ['where XDG says', { HOME, XDG_CACHE_HOME: '/big' }, 'linux', '/big/vmcorekit/code'],
    [
      'not where XDG is relative',
      { HOME, XDG_CACHE_HOME: 'x' },
      'linux',
      '/home/ada/.cache/vmcorekit/code',
    ],
    ['in macOS’s own place', { HOME }, 'darwin', '/home/ada/Library/Caches/vmcorekit/code'],
    ['in Windows’ own place', { LOCALAPPDATA: '/local' }, 'win32', '/local/vmcorekit/code'],
    ['nowhere without a home', {}, 'linux', undefined],
    ['nowhere with an empty home', { HOME: '' }, 'linux', undefined],
    ['nowhere if not wanted', { HOME, VMCOREKIT_NO_CODE_CACHE: '1' }, 'linux', undefined],
  ] as const) {
    it(`is ${title}`, () => {
      expect(userCacheFolder(env, platform)).to.equal(folder);
    });
  }
});

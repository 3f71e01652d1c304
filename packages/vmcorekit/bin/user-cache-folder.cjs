const { isAbsolute, join } = require('node:path');

/**
 * The folder for compiled code below the user's cache folder, or undefined where the user has none
 * or wants none. A relative name is ignored, as the XDG Base Directory Specification asks: it would
 * lie wherever the command was started, perhaps beside a dump.
 */
exports.userCacheFolder = (env, platform) => {
  if (env.VMCOREKIT_NO_CODE_CACHE) {
    return undefined;
  }
  const [base, ...below] = {
    win32: [env.LOCALAPPDATA],
    darwin: [env.HOME, 'Library', 'Caches'],
  }[platform] ?? [env.HOME, '.cache'];
  const folder = isUsable(env.XDG_CACHE_HOME)
    ? env.XDG_CACHE_HOME
    : isUsable(base)
      ? join(base, ...below)
      : undefined;
  return folder && join(folder, 'vmcorekit', 'code');
};

const isUsable = (folder) => folder !== undefined && isAbsolute(folder);

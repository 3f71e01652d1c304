import { isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's own configuration folder, which is trusted. Undefined where the environment names
 * none.
 */
export function userFolder(env: Environment): string | undefined {
  // The XDG specification: a path that is not absolute is invalid and ignored.
  if (env.XDG_CONFIG_HOME !== undefined && isAbsolute(env.XDG_CONFIG_HOME)) {
    return join(env.XDG_CONFIG_HOME, 'vmcorekit');
  }
  return env.HOME !== undefined && isAbsolute(env.HOME)
    ? join(env.HOME, '.config', 'vmcorekit')
    : undefined;
}

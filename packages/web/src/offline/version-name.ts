/**
 * The name of one version of the page in a folder of its server: of the cache with its files, and
 * of the lock that open pages of it hold. Two copies on one server share neither.
 */
export function versionName(folder: string, version: string): string {
  return `vmcorekit:${folder}:${version}`;
}

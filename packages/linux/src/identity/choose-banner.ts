import { releaseOf } from './banner.ts';

/**
 * Before its build number is known, a banner ends in `# SMP`. The kernel's own has the number: `#1
 * SMP …`.
 */
const numbered = /^Linux version .* #[!-~]/;

/** What the banners in a kernel's read-only data say about it. */
export interface ChosenBanner {
  readonly release: string | undefined;
  /** The kernel's own banner; undefined where only the one without a build number is there. */
  readonly banner: string | undefined;
}

/**
 * Chooses among the banners of one kernel. Since Linux 6.1 every image holds two: a weak
 * `linux_banner` from init/version.o, without a build number, and the one that replaces it.
 * Undefined where there is none. Also undefined where they show more than one release or build,
 * because one is then foreign. Source: Linux 2df8220cc511 (v6.1), init/version.c and
 * init/version-timestamp.c.
 */
export function chooseBanner(banners: readonly string[]): ChosenBanner | undefined {
  const releases = new Set(banners.map(releaseOf));
  const [banner, ...otherBuilds] = new Set(banners.filter((text) => numbered.test(text)));
  return releases.size === 1 && otherBuilds.length === 0
    ? { release: [...releases][0], banner }
    : undefined;
}

const isOfLinkerScript = /^__(?:start_|stop_|end_)|^__.*_(?:start|end)$/;
/** More underscores than any name begins with. */
const step = 1024;

/**
 * The rank of a symbol among several at one address: the lowest rank names the address. Of equal
 * ranks, the first in `nm -n` order does. Linux sorts its own symbols this way and prints the
 * first. Weak symbols come last, then names that linker scripts give to starts and ends, then names
 * with more underscores in front. `type` is as `nm` prints it. Source: compare_symbols() in Linux,
 * scripts/kallsyms.c (since 2.6.30, commit b478b782e110).
 */
export function aliasRank(name: string, type: string | null): number {
  const underscores = name.length - name.replace(/^_+/, '').length;
  const isWeak = type === 'w' || type === 'W';
  return (
    (isWeak ? 2 * step : 0) +
    (name.length >= 8 && isOfLinkerScript.test(name) ? step : 0) +
    Math.min(underscores, step - 1)
  );
}

const isOfLinkerScript = /^__(?:start_|stop_|end_)|^__.*_(?:start|end)$/;
/** No name has as many underscores in front. */
const step = 1024;

/**
 * Which of several symbols at one address names it: the one of the lowest rank, and of equal ones
 * the first as `nm -n` lists them. This is how Linux sorts its own symbols, and the first is what
 * it prints: weak ones come last, then names that linker scripts give to starts and ends, then
 * those with more underscores in front. `type` is as `nm` prints it. Source: compare_symbols() in
 * Linux, scripts/kallsyms.c (since 2.6.30, commit b478b782e110).
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

const nanosecondsPerMillisecond = 1_000_000n;

/** Whole seconds since 1970 as UTC: `2026-11-29T17:18:35Z`. */
export function secondsText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Nanoseconds since 1970 as UTC, with all nine digits, as file systems keep them. */
export function nanosecondsText(nanoseconds: bigint): string {
  const withinMillisecond =
    ((nanoseconds % nanosecondsPerMillisecond) + nanosecondsPerMillisecond) %
    nanosecondsPerMillisecond;
  const milliseconds = (nanoseconds - withinMillisecond) / nanosecondsPerMillisecond;
  const digits = String(withinMillisecond).padStart(6, '0');
  return new Date(Number(milliseconds)).toISOString().replace('Z', `${digits}Z`);
}

/** `11 d 3 h 4 min 5 s`; what is zero at the start is left out. */
export function durationText(seconds: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(from < 0 ? -1 : from)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

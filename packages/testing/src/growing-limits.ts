/** In milliseconds. No machine needs the last for what does not hang. */
const limits = [100, 2000, 60_000];

/**
 * Tests what a time limit must end, with limits that grow until the test passes. The shortest
 * spares time; a slow machine needs a longer one for all that does not hang. Rejects with what the
 * test threw at the longest limit.
 */
export async function withGrowingLimits(
  test: (limitInMilliseconds: number) => Promise<void>,
): Promise<void> {
  for (const [index, limit] of limits.entries()) {
    try {
      return await test(limit);
    } catch (error) {
      if (index === limits.length - 1) {
        throw error;
      }
    }
  }
}

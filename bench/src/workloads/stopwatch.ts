/** Runs work and prints what it took, in the form of `Contender.tellsItself`. */
export async function timed(
  work: () => Promise<{ count: number; bytes: number }> | { count: number; bytes: number },
): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { count, bytes } = await work();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000, count, bytes }),
  );
}

/** Prints what work took, as `Contender.tellsItself` wants it. */
export async function told(
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

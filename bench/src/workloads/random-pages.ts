// random-pages DUMP COUNT: opens a dump, and reads so many of its pages at random places. Prints
// the processor time of both, and how much of the file the opening read.
import { open } from 'vmcorekit';

const [path = '', count = '400'] = process.argv.slice(2);
const cpuSince = (before?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
/** Seed and multiplier of a generator that is the same in every run. Source: Park and Miller. */
let seed = 20_231_201;
const nextRandom = (): number => {
  seed = (seed * 48_271) % 0x7fffffff;
  return seed / 0x7fffffff;
};

const beforeOpening = process.cpuUsage();
using dump = await open(path);
const openingCpuMilliseconds = cpuSince(beforeOpening);
const { memory } = dump.image;
const { bytesRead } = dump.statistics;
const page = new Uint8Array(memory.pageSizeInBytes);
const stored = [...memory.storedRuns()];
const beforePages = process.cpuUsage();
for (let read = 0; read < Number(count); read++) {
  const { start, end } = stored[Math.floor(nextRandom() * stored.length)] ?? { start: 0, end: 0 };
  const pages = Math.floor((end - start) / page.length);
  memory.readInto(start + Math.floor(nextRandom() * pages) * page.length, page);
}
const pageCpuMilliseconds = cpuSince(beforePages) / Number(count);
console.log(JSON.stringify({ openingCpuMilliseconds, pageCpuMilliseconds, bytesRead }));

import { x8664 } from '@vmcorekit/architectures';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';

const wheelBuckets = 128;
const queueCount = 8;

/** The members that count. In `linked`, nodes of the trees are linked too, as in Linux 7.x. */
function typesOf(form: 'plain' | 'linked') {
  const node = {
    rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
    rb_node_linked: ['struct rb_node node', 'void *prev', 'void *next'],
    timerqueue_node: ['struct rb_node node', 's64 expires'],
    timerqueue_linked_node: ['struct rb_node_linked node', 's64 expires'],
  };
  const struct = form === 'plain' ? 'timerqueue_node' : 'timerqueue_linked_node';
  return btfTypes(
    cBtf({
      ...node,
      hlist_node: ['void *next', 'void *pprev'],
      timer_list: ['struct hlist_node entry', 'u64 expires', 'void *function', 'u32 flags'],
      timer_base: ['u64 clk', 'u32 cpu', `void *vectors[${wheelBuckets}]`],
      queue_head: ['void *root', 'void *first'],
      hrtimer: [
        `struct ${struct} node`,
        ...['s64 _softexpires', 'void *function', 'void *base', 'u8 state'],
      ],
      hrtimer_clock_base: [
        ...['void *cpu_base', 'u32 index', 'u32 clockid', 'struct queue_head active', 's64 offset'],
      ],
      hrtimer_cpu_base: [
        'u32 lock',
        'u32 cpu',
        `struct hrtimer_clock_base clock_base[${queueCount}]`,
      ],
      tk_read_base: ['u32 mult', 'u32 shift', 'u64 xtime_nsec', 's64 base'],
      timekeeper: [
        ...['struct tk_read_base tkr_mono', 'u64 xtime_sec', 'u64 ktime_sec', 's64 wall[2]'],
        ...['s64 offs_real', 's64 offs_boot', 's64 offs_tai', 'u64 xtime_interval'],
      ],
    }),
    { wordSizeInBits: 64 },
  );
}

export interface TimerKernel {
  readonly place: FieldKernel;
  /** Where a CPU has its wheel of that number. */
  wheel(cpu: number, index: number): bigint;
  queue(cpu: number, index: number): bigint;
  /** Hangs a timer that runs a function of that name into a bucket. */
  timer(cpu: number, index: number, bucket: number, expires: bigint, name: string): bigint;
  /** Makes these the timers of a queue. */
  hrtimers(cpu: number, index: number, timers: readonly (readonly [bigint, string])[]): bigint[];
}

const hz = 250n;
const second = 1_000_000_000n;
/** The clock of the kernel that `timerKernel` makes. */
export const now = { jiffies: 2n ** 32n - 300n * hz + 100n * hz, monotonic: 100n * second + 7n };

/** A kernel of two CPUs, up for a hundred seconds, without a timer. */
export function timerKernel(
  form: 'plain' | 'linked' = 'plain',
  { wheels = 2, ticks = now.jiffies } = {},
): TimerKernel {
  const place = new FieldKernel(x8664, typesOf(form));
  const wheelSize = place.sizeOf('timer_base');
  const first = place.takePerCpu(wheelSize * wheels);
  const bases = place.takePerCpu(place.sizeOf('hrtimer_cpu_base'));
  const [offset, size] = [
    place.at(0n, 'hrtimer_cpu_base', 'clock_base'),
    place.sizeOf('hrtimer_clock_base'),
  ];
  const areaOf = (cpu: number) => place.areas[cpu] ?? 0n;
  const wheel = (cpu: number, index: number) => areaOf(cpu) + first + BigInt(index * wheelSize);
  const queue = (cpu: number, index: number) => areaOf(cpu) + bases + offset + BigInt(index * size);
  for (const cpu of place.cpus) {
    for (let index = 0; index < wheels; index++) {
      place.set(wheel(cpu, index), 'timer_base', { cpu, clk: ticks });
    }
    place.set(areaOf(cpu) + bases, 'hrtimer_cpu_base', { cpu });
    for (let index = 0; index < queueCount; index++) {
      const clockid = [1, 0, 7, 11][index % 4] ?? 0;
      place.set(queue(cpu, index), 'hrtimer_clock_base', {
        index,
        clockid,
        offset: clockid === 0 ? 1_700_000_000n * second : 0n,
      });
    }
  }
  const jiffies = place.take(8);
  place.put(jiffies, ticks);
  const core = place.take(8 + place.sizeOf('timekeeper'));
  place.set(core + 8n, 'timekeeper', {
    'tkr_mono.shift': 8,
    'tkr_mono.xtime_nsec': (now.monotonic % second) << 8n,
    'tkr_mono.base': now.monotonic - (now.monotonic % second),
    xtime_sec: 1_700_000_100n,
    ktime_sec: 100n,
    wall: [-1_700_000_000n, 0n],
    offs_real: 1_700_000_000n * second,
    offs_tai: 1_700_000_000n * second,
    xtime_interval: (second / hz) << 8n,
  });
  Object.assign(place.symbols, {
    timer_bases: first,
    timer_bases_end: first + BigInt(wheelSize * wheels),
    hrtimer_bases: bases,
    jiffies_64: jiffies,
    tk_core: core,
  });
  return {
    place,
    wheel,
    queue,
    timer(cpu, index, bucket, expires, name) {
      const timer = place.make('timer_list', { expires, function: place.code(name), flags: cpu });
      const head = place.at(wheel(cpu, index), 'timer_base', 'vectors') + BigInt(8 * bucket);
      place.hang(head, timer);
      return timer;
    },
    hrtimers(cpu, index, timers) {
      const base = queue(cpu, index);
      const made = timers.map(([expires, name]) =>
        place.make('hrtimer', {
          'node.expires': expires,
          _softexpires: expires - 5n,
          function: place.code(name),
          base,
        }),
      );
      place.tree(place.at(base, 'hrtimer_clock_base', 'active'), ...made);
      return made;
    },
  };
}

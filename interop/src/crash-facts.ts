/** A line of crash, and the facts in what it prints: each match of the pattern is one. */
export interface CrashFacts {
  readonly line: string;
  readonly facts: RegExp;
  /** True where crash and vmcorekit print the same lines. */
  readonly isSame?: true;
  /** Fewest matches in a dump of the guest; below it, the pattern itself is wrong. */
  readonly fewest?: number;
}

/** Names of one address differ: `__x64_sys_pause` is `__do_sys_pause`, `.isra.0` is left out. */
const frame = /\] [\w.]+ at ([0-9a-f]{16})/g;
/** Those that the kernel's enumeration calls as /proc/vmstat does. */
const sameCounters =
  /^ +(NR_(?:FREE_PAGES|ZONE_\w+|MLOCK|BOUNCE|(?:IN)?ACTIVE_\w+|ISOLATED_\w+|FILE_PAGES|SHMEM|DIRTIED)): (\d+)/gm;
const task = /PID: (\d+) +TASK: ([0-9a-f]{16})/g;
const file = /^ *(\d+) +([0-9a-f]{16}) +([0-9a-f]{16}) +([0-9a-f]{16}) /gm;

/**
 * Thirty and more lines of crash. All groups of a match must stand on one line of ours.
 * `docs/from-crash.md` lists what differs.
 */
export const crashFacts = (pid: number): readonly CrashFacts[] => [
  { line: 'sys', facts: /RELEASE: (\S+)/g },
  {
    line: 'ps',
    facts: /^>? +(\d+) +-?\d+ +(\d+) +([0-9a-f]{16}) +[A-Z]{2} +[\d.]+ +(\d+)/gm,
    fewest: 3,
  },
  { line: 'ps -t', facts: /(?:START|S|U)-?TIME: (\d{6,})/g, fewest: 3 },
  { line: 'ps -l', facts: /^\[ *(\d+)\] +\[..\] +PID: (\d+) +TASK: ([0-9a-f]{16})/gm, fewest: 3 },
  { line: 'ps -g', facts: task, fewest: 3 },
  {
    line: `ps -r ${pid}`,
    facts: /^ +([A-Z]+) +(\d+|\(unlimited\)) +(\d+|\(unlimited\))/gm,
    fewest: 16,
  },
  { line: `bt ${pid}`, facts: task },
  { line: 'foreach bt', facts: frame, fewest: 6 },
  { line: `files ${pid}`, facts: file, fewest: 3 },
  { line: 'foreach files', facts: file, fewest: 3 },
  {
    line: `vm ${pid}`,
    facts: /^([0-9a-f]{16}) +([0-9a-f]+) +([0-9a-f]+) +[0-9a-f]+ /gm,
    fewest: 5,
  },
  { line: `set ${pid}`, facts: /PID: (\d+)/g },
  { line: `task -R pid,tgid ${pid}`, facts: /\b([pt]g?id) = (\d+)/g, fewest: 2 },
  { line: 'mod', facts: /^([0-9a-f]{16}) +(\S+) +([0-9a-f]{16}) +(\d+) /gm, fewest: 10 },
  { line: 'net', facts: /^[0-9a-f]{16} +(\w+) +(?:(\d+\.[\d.]+),?)?/gm },
  { line: 'kmem -n', facts: /^ +(0) +(\d{4,}) +([0-9a-f]{16}) /gm },
  {
    line: 'kmem -z',
    facts: /ZONE: \d+ +ADDR: ([0-9a-f]{16}) +NAME: "(DMA\d*)"\s+SIZE: (\d+)/g,
    fewest: 2,
  },
  {
    line: 'kmem -s',
    facts: /^([0-9a-f]{16}) +(\d+) +\d+ +(\d+) +(\d+) +\d+k +(\S+)/gm,
    fewest: 100,
  },
  { line: 'kmem -V', facts: sameCounters, fewest: 15 },
  { line: 'kmem -o', facts: /(CPU \d+): ([0-9a-f]{16})/g, fewest: 2, isSame: true },
  { line: 'irq', facts: /^ *(\d+) +([0-9a-f]{16}) +[0-9a-f]{16} +"(\S+)"/gm, fewest: 5 },
  { line: 'irq -s', facts: /^ *(\d+): +(\d+) +(\d+) .* (\S+)$/gm, fewest: 5 },
  { line: 'irq -a', facts: /^ *(\d+) (\S+) +(\d\S*)?$/gm, fewest: 5 },
  { line: 'irq -b', facts: /<(\w+)>/g, fewest: 8 },
  { line: 'runq', facts: /PID: (\d+) +TASK: ([0-9a-f]{16}) /g, fewest: 2 },
  { line: 'timer', facts: /^ +\d+ +-?\d+ +([0-9a-f]{16}) +[0-9a-f]{16} +<(\w+)>/gm, fewest: 5 },
  { line: 'dev -d', facts: /^ +(\d+) ([0-9a-f]{16}) +(\w+) +([0-9a-f]{16}) /gm },
  { line: 'log', facts: /^(\[ *\d+\.\d+\] [\x20-\x7e]*?) *$/gm, fewest: 100, isSame: true },
  { line: 'log -t', facts: /^(Linux version [\x20-\x7e]*)$/gm, isSame: true },
  { line: 'log -m', facts: /^\[ *(\d+\.\d+)\] <(\d)>/gm, fewest: 100 },
  { line: 'rd linux_banner 8', facts: /^(.+)$/gm, fewest: 4, isSame: true },
  { line: 'rd -8 linux_banner 16', facts: /^(.+)$/gm, isSame: true },
  { line: 'rd -32 linux_banner 4', facts: /^(.+)$/gm, isSame: true },
  { line: 'rd -d jiffies', facts: /^(.+)$/gm, isSame: true },
  { line: 'ptov 1000000', facts: /^([0-9a-f]+ +[0-9a-f]+) *$/gm, isSame: true },
  { line: 'ptov 0:a', facts: /(\[\d+\] {2}[0-9a-f]+)/g, fewest: 2, isSame: true },
  { line: 'btop 512a000', facts: /^(.+)$/gm, isSame: true },
  { line: 'ptob 512a', facts: /^(.+)$/gm, isSame: true },
  { line: 'pte d8e067', facts: /^(d8e067) +(\S+) +\((\S+)\)/gm },
  { line: 'eval -b 41dc065', facts: /^(.+?) *$/gm, fewest: 5, isSame: true },
  { line: 'ascii 62696c2f7273752f', facts: /^(.+)$/gm, isSame: true },
  { line: 'struct list_head modules', facts: /(next|prev) = 0x([0-9a-f]+)/g, fewest: 2 },
  { line: 'struct task_struct.pid,prio init_task', facts: /(\w+) = (-?\d+)/g, fewest: 2 },
  { line: 'struct rq.nr_running runqueues:a', facts: /(nr_running) = (\d+)/g, fewest: 2 },
  { line: 'p init_task.prio', facts: / = (\d+)/g },
  { line: 'sym schedule', facts: /^([0-9a-f]{16}) \((.)\) (\w+)/gm },
  {
    line: 'dis schedule',
    facts: /^0x([0-9a-f]+) <(\w+)(?:\+(\d+))?>:/gm,
    fewest: 20,
  },
  { line: 'dis -r schedule+5', facts: /^0x([0-9a-f]+) <(\w+)(?:\+(\d+))?>:/gm, fewest: 2 },
  { line: 'dis -x __schedule 100', facts: / 0x([0-9a-f]+) <(\w+)(?:\+0x([0-9a-f]+))?>$/gm },
  { line: 'list -H modules -o module.list', facts: /^([0-9a-f]{16})$/gm, fewest: 10, isSame: true },
];

import { expect } from 'chai';
import { rejected } from './rejected.ts';
import { wordsKernel } from './words-kernel.ts';

describe('what a line of crash runs here', () => {
  const { run, digits, tasks } = wordsKernel();
  const hexOf = (index: number) => `0x${tasks[index]?.address.toString(16)}`;
  const per = (text: string) =>
    text.replaceAll('@0', hexOf(0)).replaceAll('@1', hexOf(1)).replaceAll('@2', hexOf(2));

  const table: readonly (readonly [line: string, ...commands: readonly string[]])[] = [
    ['bt', 'bt @0'],
    ['bt 11 12', 'bt @1 @2'],
    ['bt -a', 'bt --cpus'],
    ['bt -c 1', 'bt --cpu 1'],
    ['bt -c 0-1 -s', 'bt --cpus'],
    ['bt --all --grouped', 'bt --all --grouped'],
    ['ps -k', 'ps --kernel'],
    ['ps -u sshd', 'ps --user sshd'],
    ['ps -G', 'ps --processes'],
    ['ps -p 11', 'ps --view parents 11'],
    ['ps -l -C 1', 'ps --view last-run --cpu 1'],
    ['ps -a 11', 'ps --arguments 11'],
    ['files 11', 'files @1'],
    ['vm', 'vm @0'],
    ['vm -p 11', 'vm --pages @1'],
    ['kmem -i', 'kmem --info'],
    ['kmem -s dentry', 'kmem --slabs dentry'],
    ['kmem -f -z', 'kmem --zones'],
    ['kmem -V', 'kmem --vmstat'],
    ['kmem -n', 'kmem --nodes'],
    ['kmem -v', 'kmem --vmalloc'],
    ['kmem -p ffff888000001000', 'kmem --page 0xffff888000001000'],
    ['swap', 'kmem --swap'],
    ['log -T -m', 'log --clock --prefix'],
    ['log -t', 'log --bare'],
    ['mod', 'mod'],
    ['mount -n 11', 'mount @1'],
    ['net', 'net --devices'],
    ['net -a', 'net --neighbours'],
    ['net -s 11', 'net --processes --task 11'],
    ['irq -s', 'irq --counts'],
    ['irq -b', 'irq --soft'],
    ['runq -t', 'runq'],
    ['runq -c 1', 'runq --cpu 1'],
    ['timer -r', 'timer --hrtimers'],
    ['dev -d', 'dev --disks'],
    ['dev -i', 'dev --io'],
    ['sys', 'describe'],
    ['p init_task.comm', 'print init_task.comm'],
    ['p -x nr_threads', 'print nr_threads --hex'],
    ['px nr_threads', 'print nr_threads --hex'],
    ['p runqueues:0', 'print per_cpu(runqueues, 0)'],
    [
      'p runqueues.nr_running:a',
      'print per_cpu(runqueues, 0).nr_running',
      'print per_cpu(runqueues, 1).nr_running',
    ],
    ['struct list_head', 'struct list_head'],
    ['* list_head', 'struct list_head'],
    ['* linux_banner', 'print linux_banner'],
    ['* nosuch', 'struct nosuch'],
    ['struct task_struct.pid ffff888000001000', 'struct task_struct.pid 0xffff888000001000'],
    [
      'struct list_head ffff888000001000 2',
      'struct list_head 0xffff888000001000',
      'struct list_head 0xffff888000001010',
    ],
    [
      'struct list_head -c -2 ffff888000001010',
      'struct list_head 0xffff888000001000',
      'struct list_head 0xffff888000001010',
    ],
    [
      'struct task_struct.pid -l task_struct.tasks ffff888000001010',
      'struct task_struct.pid 0xffff888000001000',
    ],
    ['sym schedule', 'sym schedule'],
    ['sym -q nf_', 'sym --match nf_'],
    ['sym -m tun', 'sym --module tun'],
    ['whatis list_head', 'whatis list_head'],
    ['dis schedule', 'dis schedule'],
    ['dis -r schedule+4', `dis 0x${(BigInt(`0x${digits('schedule')}`) + 4n).toString(16)} --until`],
    ['dis -f schedule', 'dis schedule --rest'],
    ['dis 401000 2', 'dis 0x401000 --pid 10 --count 2'],
    ['dis -u 401000', 'dis 0x401000 --pid 10'],
    ['dis -x ffff888000001000 10', 'dis 0xffff888000001000 --hex --count 10'],
    ['vtop -k ffff888000001000', 'translate 0xffff888000001000'],
    ['vtop 400000', 'translate --pid 10 0x400000'],
    ['vtop -c 11 400000', 'translate --pid 11 0x400000'],
    ['search deadbeef', 'find --u64=0xdeadbeef --virtual'],
    ['search -p -w 1234', 'find --u32=0x1234'],
    ['search -u -c Linux', 'find --text=Linux --pid 10'],
    [
      'search -k -s schedule -l 1000 ff',
      `find --u64=0xff --virtual --from 0x${digits('schedule')} --to 0x${(BigInt(`0x${digits('schedule')}`) + 1000n).toString(16)}`,
    ],
    [
      'tree -t rbtree -o task_struct.tasks -s task_struct.pid task_head',
      `list 0x${digits('task_head')} task_struct.tasks --kind rb --show pid`,
    ],
    ['foreach bt', 'bt @0 @1 @2'],
    ['foreach UN bt', 'bt @1'],
    ['foreach user ps', 'ps @0 @1'],
    ['foreach kernel files', 'files @2'],
    ['foreach /^kw/ bt', 'bt @2'],
  ];
  for (const [line, ...commands] of table) {
    it(line, async () => {
      expect(await run(line)).to.deep.equal(commands.map((each) => `$ ${per(each)}`));
    });
  }

  it('reads an IPv4 address as decimal, and with 0x as hexadecimal', async () => {
    expect(await run('net -N 16777343')).to.deep.equal(['127.0.0.1']);
    expect(await run('net -N 0x100007f')).to.deep.equal(['127.0.0.1']);
    await rejected(run('net -N 4294967296'), /up to 4294967295/);
  });

  it('says of each word that does not exist what to use', async () => {
    await rejected(run('wr jiffies 0'), /never written/);
    await rejected(run('gdb bt'), /gdbserver/);
    await rejected(run('bt -l'), /gdbserver/);
    await rejected(run('dis -l schedule'), /gdbserver/);
    await rejected(run('dis'), /-r\|-f/);
    await rejected(run('bt -f -t'), /one of -f/);
    await rejected(run('bt -f -a'), /tasks by PID/);
    await rejected(run('bt -z'), /one of -a/);
    await rejected(run('runq -T'), /no lags/);
    await rejected(run('vm -v'), /-P VMA/);
    await rejected(run('struct task_struct -p ffff888000001000'), /mm->pgd/);
    await rejected(run('p -u 1'), /rd -u/);
    await rejected(run('bt -c 0,0'), /each CPU once/);
    await rejected(run('irq -s -c 0'), /no choice of CPUs/);
    await rejected(run('ps -k -u'), /one of -k and -u/);
    await rejected(run('mod -t'), /no choice by taint/);
    await rejected(run('kmem -S'), /-s CACHE/);
    await rejected(run('search -l 20 ff'), /-s START/);
    await rejected(run('dis -r 10'), /got '-r 0x10', .* a known function/);
    await rejected(run('foreach nobody_is_this bt'), /a pid/);
  });
});

import { expect } from 'chai';
import { rejected } from './rejected.ts';
import { wordsKernel } from './words-kernel.ts';

describe('the current task of words', () => {
  it('is what set chose, by pid or by address', async () => {
    const { run, tasks } = wordsKernel();
    const [, second, third] = tasks.map(({ address }) => address.toString(16));
    expect(await run('set 11')).to.deep.equal([
      '    PID: 11',
      'COMMAND: "sshd"',
      `   TASK: ${second}`,
      '    CPU: 1',
      '  STATE: D',
    ]);
    expect(await run('files')).to.deep.equal([`$ files 0x${second}`]);
    await run(`set ${third}`);
    expect(await run('bt')).to.deep.equal([`$ bt 0x${third}`]);
    await rejected(run('set 99'), /pid/);
  });

  it('is said to be a guess where the task that panicked is not known', async () => {
    const { run, kernel, current, tasks } = wordsKernel();
    Object.assign(kernel.located, { role: 'crashed' });
    Object.assign(current, { address: null, pid: null, cpu: null });
    const first = tasks[0]?.address.toString(16);
    expect(await run('bt')).to.deep.equal([
      'the task that panicked is not known: this is about init',
      `$ bt 0x${first}`,
    ]);
    await rejected(run('set -p'), /the task that panicked is not known/);
    expect(await run('ps -A')).to.deep.equal(['the tasks that the CPUs run are not known']);
    await run('foreach 11 vm');
    expect(current.address).to.equal(null);
    await run('set 11');
    expect(await run('bt')).to.deep.equal([`$ bt 0x${tasks[1]?.address.toString(16)}`]);
  });

  it('is another in foreach, and the same after it', async () => {
    const { run, tasks, current } = wordsKernel();
    const lines = await run('foreach sshd vm');
    expect(lines[1]).to.equal(`$ vm 0x${tasks[1]?.address.toString(16)}`);
    expect(current.pid).to.equal(10);
    expect((await run('foreach 12 vm'))[1]).to.equal('(no user memory)');
  });

  it('is no other for a word that every object of JavaScript has', async () => {
    const { run } = wordsKernel();
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      await rejected(run(`foreach ${word} ps`), new RegExp(`got '${word}'.*a pid, a task_struct`));
    }
  });

  it('is the same after a foreach whose reader left early', async () => {
    const { run, current } = wordsKernel();
    expect(await run('foreach 11 12 task', 1)).to.have.length(1);
    expect(current.pid).to.equal(10);
    expect(await run('foreach 11 12 vm', 2)).to.have.length(2);
    expect(current.pid).to.equal(10);
  });

  it('is looked up in the kernel of a dump that was opened again', async () => {
    const { run, current } = wordsKernel();
    expect((await run('set'))[1]).to.equal('COMMAND: "init"');
    const again = wordsKernel({ firstName: 'systemd', keptTask: current });
    expect((await again.run('set'))[1]).to.equal('COMMAND: "systemd"');
  });

  it('has its task_struct shown by task', async () => {
    const { run, tasks } = wordsKernel();
    const [head, command] = await run('task -R pid,comm 11');
    expect(head).to.match(/^PID: 11 .*COMMAND: "sshd"$/);
    expect(command).to.equal(`$ struct task_struct.pid,comm 0x${tasks[1]?.address.toString(16)}`);
  });
});

describe('list', () => {
  it('walks an embedded list from its head, or from an element', async () => {
    const { run, tasks } = wordsKernel();
    const all = tasks.map(({ address }) => address.toString(16));
    expect(await run('list -H task_head -o task_struct.tasks')).to.deep.equal(all);
    expect(await run('list task_struct.tasks -H task_head -r')).to.deep.equal(all.toReversed());
    const shown = await run('list task_struct.tasks -s task_struct.pid -H task_head');
    expect(shown.slice(0, 2)).to.deep.equal([all[0], `$ struct task_struct.pid 0x${all[0]}`]);
  });

  it('walks from a structure with an offset in place of a type', async () => {
    const { run, tasks, place } = wordsKernel();
    const [first = 0n, second = 0n] = tasks.map(({ address }) => address);
    const offset = place.at(first, 'task_struct', 'tasks') - first;
    expect(offset > 0n).to.equal(true);
    const lines = await run(`list -h ${first.toString(16)} -o ${offset}`);
    expect(lines.slice(0, 2)).to.deep.equal([first.toString(16), second.toString(16)]);
  });

  it('ends at the symbol after -e, and refuses what is no address', async () => {
    const { run } = wordsKernel();
    const all = await run('list -h task_head');
    expect(await run('list -h task_head -e task_head')).to.deep.equal(['(empty)']);
    expect(all.length).to.be.greaterThan(1);
    await rejected(run('list -h task_head -e no_such_symbol_q'), /no_such_symbol_q/);
    await rejected(run('list -h task_head -O task_struct.tasks'), /for -H/);
  });

  it('ends at a loop, and says where', async () => {
    const { run, place, tasks } = wordsKernel();
    const [first = 0n, second = 0n] = tasks.map(({ address }) =>
      place.at(address, 'task_struct', 'tasks'),
    );
    place.put(second, second);
    const lines = await run(`list ${first.toString(16)}`);
    expect(lines.at(-1)).to.equal(`list: duplicate list entry: ${second.toString(16)}`);
    expect(lines.length).to.equal(3);
  });
});

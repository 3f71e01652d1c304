import { compareWorkers } from '@vmcorekit/lab/introspection/compare-workers';
import { expect } from 'chai';
import { procOf, resting } from './proc-of.ts';

const proc = procOf({
  '/proc/12/status': 'Name:\tkworker/u8:3+loop1\nState:\tD (disk sleep)\n',
  '/proc/12/task/12/stack': [
    '[<0>] lo_rw_aio.isra.0+0x309/0x350 [loop]',
    '[<0>] loop_process_work+0x85/0x410 [loop]',
    '[<0>] process_one_work+0x18b/0x340',
    '[<0>] worker_thread+0x191/0x2f0',
    '',
  ].join('\n'),
  '/proc/14/status': 'Name:\tkworker/0:1H-kblockd\n',
  '/proc/15/status': 'Name:\tkworker/R-rcu_gp\n',
});
const processes = [12, 14, 15].map((pid) => ({ ...resting, pid, subject: `task ${pid}` }));

function worker(pid: number, state: 'busy' | 'idle', description: string, module = 'loop') {
  const code = { address: '0xffffffffc0652000', name: 'loop_rootcg_workfn', module };
  const task = { address: '0xffff8d4001234000', pid, name: null };
  return { task, state, description, work: state === 'idle' ? null : { function: code } };
}

function compare(...workers: ReturnType<typeof worker>[]) {
  return compareWorkers({ pools: [{ workers }] }, processes, proc);
}

const idle = worker(14, 'idle', 'kblockd');

describe('the comparison of workers', () => {
  it('finds no difference where the answer is what the names in /proc say', () => {
    expect(compare(worker(12, 'busy', 'loop1'), idle)).to.deep.equal({
      compared: 2,
      excluded: [],
      differences: [],
    });
  });

  it('finds another state, workqueue and module, and a worker that is not there', () => {
    const { differences } = compare(worker(12, 'idle', 'events'));
    expect(differences.map(({ subject, field }) => `${subject} ${field}`)).to.have.members([
      'worker 12 isBusy',
      'worker 12 description',
      'worker 14 missing',
    ]);
    const ofModule = compare(worker(12, 'busy', 'loop1', 'zram'), idle).differences;
    expect(ofModule.map(({ truth, answer }) => [truth, answer])).to.deep.equal([['loop', 'zram']]);
  });
});

// What a child runs: it loads the toolkit once, and then reads one dump after the other.
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { configured } from 'vmcorekit/configured';
import { analyzeDump } from '../analysis/analyze-dump.ts';
import { sentenceOf } from '../analysis/sentence.ts';
import type { ChildSettings, FromChild, Question } from './protocol.ts';

const settings = JSON.parse(process.argv[2] ?? '') as ChildSettings;

// Work on a dump is synchronous, so a message of the channel may wait for it. A thread does not.
const watcher = new Worker(new URL('./parent-watcher.js', import.meta.url), {
  workerData: settings.parentPid,
});
watcher.unref();
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches children too. The coordinator decides when they end.
process.on('SIGINT', () => {});

try {
  // If memory runs out, a child goes first. Source: proc(5), /proc/PID/oom_score_adj.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not Linux, or not allowed.
}
try {
  setPriority(5);
} catch {
  // Not allowed in some sandboxes.
}

try {
  const found = await configured({
    remark: (text) => send({ type: 'remark', text }),
    ...(settings.config === null ? {} : { config: settings.config }),
  });
  process.on('message', (question: Question) => {
    void analyzeDump(found, question).then((answer) =>
      send({ type: 'answer', number: question.number, answer }),
    );
  });
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'failed', because: sentenceOf(error) });
}

function send(message: FromChild): void {
  process.send?.(message);
}

import { type Analyzer, defineAnalyzer, printable } from '@vmcorekit/core';
import { cachedFileAt, readTasks } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { type ExtractReport, extractReport } from './extract-report.ts';
import { partLines } from './extract-text.ts';
import { namedInode } from './named-inode.ts';

const options = {
  path: {
    type: 'string',
    summary: 'the path of the file, as /proc shows it, or the address of its inode',
    default: '/',
  },
  task: {
    type: 'string',
    summary: 'the task from whose root the path goes, by its pid or name',
    default: '1',
  },
} as const;

/**
 * Where the dump has the bytes of a file that the guest had in its page cache. The data is an
 * `ExtractReport`; null where there is no such file in memory.
 */
export const extract: Analyzer<ExtractReport | null, typeof options> = defineAnalyzer({
  name: 'extract',
  summary: 'a file of the page cache: where its bytes are',
  options,
  run: (context, { path, task }) =>
    kernelAnswer(context, { head: 'no file' }, function* (kernel, without) {
      const list = yield* readTasks(kernel);
      if (typeof list === 'string') {
        return without(list);
      }
      const inode = yield* namedInode(kernel, list.tasks, path, task);
      if (typeof inode === 'string') {
        return without(printable(inode));
      }
      const file = yield* cachedFileAt(kernel, inode);
      if (typeof file === 'string') {
        return without(printable(file));
      }
      const report = extractReport(path, file);
      if (typeof report === 'string') {
        return without(printable(report));
      }
      return {
        text: partLines(report),
        data: report,
        remarks: [...kernel.types.remarks, ...file.remarks],
      };
    }),
});

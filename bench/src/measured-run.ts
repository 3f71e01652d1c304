import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface MeasuredRun {
  readonly milliseconds: number;
  /**
   * User and system time of the command and its children; null where there is no bash to measure
   * it.
   */
  readonly cpuMilliseconds: number | null;
  /** Null where the system does not report it (`VmHWM` of /proc, polled: a lower bound). */
  readonly peakResidentBytes: number | null;
  readonly status: number | null;
  readonly output: string;
}

const bash = ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path));
const timed = 'exec 3>&2 2>/dev/null; TIMEFORMAT="%U %S"; { time "$@"; } 2>&3';

/** Runs a command to its end, including start-up. `input` is its standard input. */
export function measuredRun(
  command: string,
  args: readonly string[],
  input: string = '',
): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child =
      bash === undefined
        ? spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
        : spawn(bash, ['-c', timed, 'bash', command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let peak: number | null = null;
    let output = '';
    let errors = '';
    const poll = setInterval(() => {
      void peakOf(child.pid).then((bytes) => {
        peak = bytes === null ? peak : Math.max(peak ?? 0, bytes);
      });
    }, 5);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4096);
    });
    child.stdin.on('error', () => {}).end(input);
    child.on('error', (error) => {
      clearInterval(poll);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(poll);
      const milliseconds = performance.now() - start;
      resolve({
        milliseconds,
        cpuMilliseconds: cpuOf(errors),
        peakResidentBytes: peak,
        status,
        output,
      });
    });
  });
}

function cpuOf(errors: string): number | null {
  const match = /([0-9.]+) ([0-9.]+)\s*$/.exec(errors);
  return match === null ? null : (Number(match[1]) + Number(match[2])) * 1000;
}

/** Of the process; of its child where it is the shell that measures the time. */
async function peakOf(pid: number | undefined): Promise<number | null> {
  try {
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim();
    const status = await readFile(
      `/proc/${children === '' ? pid : children.split(' ')[0]}/status`,
      'utf8',
    );
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    return match === null ? null : Number(match[1]) * 1024;
  } catch {
    return null;
  }
}

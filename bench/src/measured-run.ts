import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface MeasuredRun {
  readonly milliseconds: number;
  /** Null where the system does not tell (`VmHWM` of /proc, polled: a lower bound). */
  readonly peakResidentBytes: number | null;
  readonly status: number | null;
  readonly output: string;
}

/** Runs a command to its end, start-up included. What it reads on standard input is `input`. */
export function measuredRun(command: string, args: readonly string[], input: string = ''): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let peak: number | null = null;
    let output = '';
    const poll = setInterval(() => {
      void peakOf(child.pid).then((bytes) => {
        peak = bytes === null ? peak : Math.max(peak ?? 0, bytes);
      });
    }, 10);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stdin.on('error', () => {}).end(input);
    child.on('error', (error) => {
      clearInterval(poll);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(poll);
      resolve({ milliseconds: performance.now() - start, peakResidentBytes: peak, status, output });
    });
  });
}

async function peakOf(pid: number | undefined): Promise<number | null> {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'));
    return match === null ? null : Number(match[1]) * 1024;
  } catch {
    return null;
  }
}

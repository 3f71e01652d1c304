import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fleet } from '@vmcorekit/fleet';
import type { FleetRow, FleetWorld } from 'vmcorekit/fleet';
import type { Cluster } from '../support/cluster.ts';
import type { Crowd } from './crowd.ts';
import type { Blow } from './schedule.ts';

export interface SiegeOptions {
  /** PGlite's URL; undefined for a database in the cluster. */
  readonly database: string | undefined;
  readonly cluster: Cluster | undefined;
  readonly databaseName: string;
  readonly config: string;
  readonly coordinators: number;
}

const command = fileURLToPath(new URL('../../../vmcorekit/bin/vmcorekit.cjs', import.meta.url));

/** Coordinators as processes of their own, and what befalls them. */
export class Siege {
  readonly #options: SiegeOptions;
  readonly #world: FleetWorld;
  readonly #running = new Set<ChildProcess>();
  #resultCount = 0;
  #log: string[] = [];

  constructor(options: SiegeOptions) {
    this.#options = options;
    this.#world = {
      database: options.database ?? options.cluster?.databaseUrl(options.databaseName),
      env: {},
      folder: '/',
      signal: new AbortController().signal,
      toolVersion: '1.0.0',
      remark: () => {},
    };
  }

  async add({ files }: Crowd): Promise<void> {
    const one = async function* (): AsyncGenerator<readonly string[]> {
      for (const file of files) {
        yield [file];
      }
    };
    await fleet.addDumps(
      this.#world,
      one(),
      { analyzers: [], priority: 0 },
      {
        refused: (_files, error) => Promise.reject(error),
      },
    );
  }

  /** Runs coordinators until every job has a result, and deals the blows on the way. */
  async run(blows: readonly Blow[]): Promise<void> {
    const left = [...blows];
    await new Promise<void>((resolve, reject) => {
      const deal = (): void => {
        while (left[0] !== undefined && this.#resultCount >= left[0].afterResults) {
          const blow = left.shift();
          if (blow !== undefined) {
            this.#deal(blow);
          }
        }
      };
      const start = (): void => {
        const child = this.#start();
        createInterface({ input: child.stderr ?? process.stdin }).on('line', (line) => {
          this.#log = [...this.#log.slice(-50), line];
          this.#resultCount += line.startsWith('/') ? 1 : 0;
          deal();
        });
        child.on('close', (status, signal) => {
          this.#running.delete(child);
          if (signal === 'SIGKILL') {
            start();
          } else if (status !== 0) {
            this.#killAll();
            reject(new Error(`a coordinator ended with ${status}:\n${this.#log.join('\n')}`));
          } else if (this.#running.size === 0) {
            resolve();
          }
        });
      };
      for (let count = 0; count < this.#options.coordinators; count++) {
        start();
      }
    });
  }

  async results(): Promise<FleetRow[]> {
    const rows: FleetRow[] = [];
    for await (const row of fleet.fleetResults(this.#world, {})) {
      rows.push(row);
    }
    return rows;
  }

  #start(): ChildProcess {
    const words = ['fleet', 'run', '--until-empty', '--workers', '2', '--time', '30min'];
    const where = ['--db', this.#world.database ?? '', '--config', this.#options.config];
    const child = spawn(process.execPath, [command, ...words, ...where], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#running.add(child);
    return child;
  }

  #deal({ what, which }: Blow): void {
    if (what === 'database') {
      this.#options.cluster?.stop('immediate');
      this.#options.cluster?.start();
      return;
    }
    const coordinators = [...this.#running];
    const chosen = coordinators[Math.floor(which * coordinators.length)];
    if (what === 'coordinator') {
      chosen?.kill('SIGKILL');
      return;
    }
    const readers = childrenOf(chosen?.pid);
    const reader = readers[Math.floor(which * readers.length)];
    if (reader !== undefined) {
      kill(reader);
    }
  }

  #killAll(): void {
    for (const child of this.#running) {
      child.removeAllListeners('close');
      child.kill('SIGKILL');
    }
  }
}

/** Source: proc_pid_task_tid_children(5). */
function childrenOf(pid: number | undefined): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

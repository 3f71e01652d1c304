import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { killAtExit } from '../cleanup.ts';
import type { QemuProgram } from './program.ts';
import { QmpFraming, type QmpMessage } from './qmp-framing.ts';

interface PendingAnswer {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** A running QEMU and its control channel. Disposing it kills the guest. */
export class QemuProcess implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #guard: Disposable;
  readonly #framing = new QmpFraming();
  readonly #pending = new Map<number, PendingAnswer>();
  #nextId = 1;
  #errorOutput = '';
  #ended = false;

  constructor(program: QemuProgram, qemuArguments: readonly string[]) {
    // setpriv makes the kernel end QEMU even where this process is killed without a chance to clean
    // up.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...program.command, ...qemuArguments], {
      env: { ...process.env, ...program.environment },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#guard = killAtExit(this.#child);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#receive(chunk));
    this.#child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#errorOutput += chunk;
    });
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code) =>
      this.#end(`QEMU ended with ${code ?? 'a signal'}: ${this.#errorOutput.trim()}`),
    );
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** QEMU's error output so far. */
  get errorOutput(): string {
    return this.#errorOutput;
  }

  /**
   * @throws {Error} with QEMU's own description when it refuses, and when it ends before it
   * answers.
   */
  execute(
    command: string,
    commandArguments: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    if (this.#ended) {
      return Promise.reject(new Error(`${command}: QEMU has ended: ${this.#errorOutput.trim()}`));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        resolve,
        reject: (reason) => reject(new Error(`${command}: ${reason.message}`)),
      });
      this.#child.stdin.write(
        `${JSON.stringify({ execute: command, arguments: commandArguments, id })}\n`,
      );
    });
  }

  /** Sends a command to the human monitor; its answer is text. */
  async executeInMonitor(commandLine: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': commandLine }));
  }

  [Symbol.dispose](): void {
    this.#guard[Symbol.dispose]();
  }

  #receive(chunk: string): void {
    for (const message of this.#framing.push(chunk)) {
      this.#settle(message);
    }
  }

  #settle(message: QmpMessage): void {
    const pending = message.id === undefined ? undefined : this.#pending.get(message.id);
    if (message.id === undefined || pending === undefined) {
      return;
    }
    this.#pending.delete(message.id);
    if (message.error === undefined) {
      pending.resolve(message.return);
    } else {
      pending.reject(new Error(message.error.desc));
    }
  }

  #end(reason: string): void {
    this.#ended = true;
    for (const pending of this.#pending.values()) {
      pending.reject(new Error(reason));
    }
    this.#pending.clear();
  }
}

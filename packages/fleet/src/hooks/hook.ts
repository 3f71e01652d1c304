import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { basename } from 'node:path';
import { VmcorekitError } from '@vmcorekit/core';

/** What gets each result: a command, or an address. */
export interface Hook {
  /** The same for the same command or address. */
  readonly id: string;
  /** What to call it. It holds no secret: no path, query, or argument. */
  readonly name: string;
  /** Hands JSON over. Returns why it failed; null if it did not. Never rejects. */
  readonly send: (json: string, signal: AbortSignal) => Promise<string | null>;
}

const withinMilliseconds = 60_000;
/** Holds the HMAC of the body, as GitHub's webhooks do. */
const signatureHeader = 'x-vmcorekit-signature-256';

/**
 * Reads `https://…`, or a command and its arguments, separated by blanks; no shell runs it. The
 * secret signs what is posted. Throws `usage`.
 */
export function hookOf(text: string, secret: string | undefined): Hook {
  const id = createHash('sha256').update(text).digest('hex').slice(0, 32);
  if (/^https?:/i.test(text)) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || url.username !== '' || url.password !== '') {
      const allowed = 'an address without user and password';
      throw new VmcorekitError('usage', { what: 'hook', got: 'https:…', allowed });
    }
    const send = (json: string, signal: AbortSignal) => post(url, json, secret, signal);
    return { id, name: url.origin, send };
  }
  const [program = '', ...args] = text.split(' ').filter((word) => word !== '');
  if (program === '') {
    const allowed = 'a command or https://…';
    throw new VmcorekitError('usage', { what: 'hook', got: text, allowed });
  }
  return { id, name: basename(program), send: (json, signal) => run(program, args, json, signal) };
}

async function post(
  url: URL,
  json: string,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  const signature =
    secret === undefined
      ? {}
      : { [signatureHeader]: `sha256=${createHmac('sha256', secret).update(json).digest('hex')}` };
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: json,
      headers: { 'content-type': 'application/json', ...signature },
      // A redirect would take the signed result to another server.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMilliseconds)]),
    });
    await response.body?.cancel();
    return response.ok ? null : `the server answered ${response.status}`;
  } catch (error) {
    // The message may quote the address.
    const { cause, name } = error as Error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : name;
    return `the server did not answer (${code})`;
  }
}

async function run(
  program: string,
  args: readonly string[],
  json: string,
  signal: AbortSignal,
): Promise<string | null> {
  return await new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMilliseconds)]),
      killSignal: 'SIGKILL',
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isLate = error.name === 'AbortError' && !signal.aborted;
      resolve(isLate ? 'it took longer than 60 s' : `it cannot run (${error.code ?? error.name})`);
    });
    child.on('close', (status, killedBy) => {
      resolve(status === 0 ? null : `it ended with ${killedBy ?? `exit status ${status}`}`);
    });
    // A command need not read all of it.
    child.stdin.on('error', () => {});
    child.stdin.end(json);
  });
}

import { GdbSession, type GdbTarget } from '@vmcorekit/gdb';
import { target } from './target.ts';

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** A packet as gdb sends it. */
export function packet(body: string): string {
  const sum = bytesOf(body).reduce((total, byte) => (total + byte) & 0xff, 0);
  return `$${body}#${sum.toString(16).padStart(2, '0')}`;
}

/** A client that sends and collects what comes back. */
export class Client {
  readonly session: GdbSession;

  constructor(own: Partial<GdbTarget> = {}) {
    this.session = new GdbSession(target(own));
  }

  /** All that comes back for bytes as they are. */
  async raw(text: string): Promise<string> {
    this.session.receive(bytesOf(text));
    let all = '';
    for await (const bytes of this.session.answers()) {
      all += latin1(bytes);
    }
    return all;
  }

  /** The body of the answer to a request. Checks the acknowledgement and the checksum. */
  async ask(body: string): Promise<string> {
    const answer = await this.raw(`+${packet(body)}`);
    const [, own = ''] = /^\+?\$(.*)#..$/s.exec(answer) ?? [];
    if (!answer.endsWith(packet(own))) {
      throw new Error(`no packet: ${answer}`);
    }
    return own;
  }
}

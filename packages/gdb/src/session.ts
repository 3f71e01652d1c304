import { printableLine } from '@vmcorekit/core';
import type { GdbTarget, Interruption } from './gdb-target.ts';
import { answerTo } from './protocol/answers.ts';
import { Conversation } from './protocol/conversation.ts';
import {
  maxOutputLength,
  maxPacketLength,
  maxResends,
  maxWaitingPackets,
} from './protocol/limits.ts';
import { type PacketEvent, PacketReader } from './protocol/packet-reader.ts';
import { hexOfText, notificationOf, packetOf, refusal, textOfHex } from './protocol/packet-text.ts';

const acknowledged = Uint8Array.of(0x2b); // +
const notAcknowledged = Uint8Array.of(0x2d); // -
/**
 * What a debugger begins with: `+`, `-`, `$`, an interrupt. A browser that a web page sends here
 * begins with a method, which is a letter nearly always.
 */
const openingBytes = [0x2b, 0x2d, 0x24, 0x03];
/** A blank or the end of a line, as in every line of HTTP and in no first packet of a debugger. */
const isOfHttp = (byte: number): boolean => byte === 0x20 || byte === 0x0d || byte === 0x0a;
const monitorRequest = 'qRcmd,';
/** What comes once the file is open: gdb 13 reads first, later ones ask for its size first. */
const fileRequests = /^vFile:(?:fstat|pread):/;
const stillWorking = notificationOf('Working');

/**
 * One client of gdb's remote serial protocol: bytes in, bytes out. Nothing that a client sends
 * makes it throw.
 *
 *     session.receive(chunk);
 *     for await (const bytes of session.answers()) await send(bytes);
 */
export class GdbSession {
  readonly #reader = new PacketReader(maxPacketLength);
  readonly #conversation: Conversation;
  readonly #interruption = new Interrupter();
  readonly #waiting: PacketEvent[] = [];
  /** The newest request that was taken. */
  #newest: PacketEvent | undefined;
  #isAnswering = false;
  /** How many of those that wait were received before an interrupt. */
  #interrupted = 0;
  #isGreeted = false;
  #last: Uint8Array | undefined;
  #resends = 0;

  constructor(target: GdbTarget) {
    this.#conversation = new Conversation(target, this.#interruption);
  }

  /** True once the client left, or was refused. Nothing is answered then. */
  get hasEnded(): boolean {
    return this.#conversation.hasEnded;
  }

  /** True while enough requests wait: stop reading from the client until they are answered. */
  get isFull(): boolean {
    return this.#waiting.length >= maxWaitingPackets;
  }

  /** True while a request waits for its answer. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Takes bytes from the client, in chunks of any size. An interrupt takes effect at once, and on
   * all requests before it.
   */
  receive(bytes: Uint8Array): void {
    const [first] = bytes;
    if (first !== undefined && !this.#isGreeted) {
      this.#isGreeted = openingBytes.includes(first) && !bytes.some((byte) => isOfHttp(byte));
      if (!this.#isGreeted) {
        this.close();
      }
    }
    for (const event of this.#reader.read(bytes)) {
      if (this.hasEnded) {
        return;
      }
      if (event.kind === 'interrupt') {
        this.#interrupted = this.#waiting.length;
        this.#interruption.abort();
      } else if (!this.#isImpatience(event)) {
        this.#waiting.push(event);
        this.#newest = event;
      }
    }
  }

  /**
   * Whether a client only sends again because an answer takes long: gdb does so after 2 seconds,
   * with the same packet or a nack. It takes a second answer for that of its next request.
   */
  #isImpatience(event: PacketEvent): boolean {
    const isAwaited = this.#isAnswering || this.isWaiting;
    return (
      isAwaited &&
      !this.#conversation.withoutAcks &&
      (event.kind === 'nack' || (event.kind === 'packet' && isSame(event, this.#newest)))
    );
  }

  /** Answers all that was received. Waits for its reader before it makes the next answer. */
  async *answers(): AsyncGenerator<Uint8Array, void, void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      if (this.hasEnded) {
        return;
      }
      this.#isAnswering = true;
      this.#interruption.arm();
      if (this.#interrupted > 0) {
        this.#interrupted--;
        this.#interruption.abort();
      }
      yield* this.#answer(event);
      this.#isAnswering = false;
    }
  }

  /**
   * The client sends no more. The requests that wait are still answered; where none does, the
   * command that runs is interrupted.
   */
  endInput(): void {
    if (!this.isWaiting) {
      this.#interruption.abort();
    }
  }

  /** Ends the session, and the answer that it works on. */
  close(): void {
    this.#conversation.hasEnded = true;
    this.#waiting.length = 0;
    this.#interruption.abort();
  }

  async *#answer(event: PacketEvent): AsyncGenerator<Uint8Array, void, void> {
    const hasAcks = !this.#conversation.withoutAcks;
    if (event.kind === 'nack') {
      yield* hasAcks ? this.#again() : [];
      return;
    }
    if (event.kind === 'too-long') {
      yield* hasAcks ? [acknowledged] : [];
      yield this.#packet(refusal(`a packet holds at most ${maxPacketLength} bytes`));
      return;
    }
    if (event.kind !== 'packet') {
      return;
    }
    if (hasAcks) {
      yield event.isSound ? acknowledged : notAcknowledged;
    }
    if (!event.isSound) {
      yield* hasAcks ? [] : [this.#packet(refusal('the checksum of the packet is wrong'))];
      return;
    }
    yield* this.#answerTo(event.body);
  }

  async *#answerTo(body: string): AsyncGenerator<Uint8Array, void, void> {
    // Killing a dump ends the session, and has no answer.
    if (body === 'k') {
      this.close();
      return;
    }
    try {
      if (body.startsWith(monitorRequest)) {
        yield* this.#monitor(body.slice(monitorRequest.length));
        return;
      }
      if (fileRequests.test(body)) {
        yield* this.#makeFile();
      }
      yield this.#packet(answerTo(body, this.#conversation));
    } catch (error) {
      yield this.#packet(refusal(sentenceOf(error)));
    }
  }

  /**
   * Makes the symbol file. gdb gives up after 2 seconds without a byte: a notification that it does
   * not know makes it wait on. Source: gdb's manual, "Notification Packets".
   */
  *#makeFile(): Generator<Uint8Array, void, void> {
    for (const _ of this.#conversation.target.execFile?.steps?.() ?? []) {
      if (this.hasEnded) {
        return;
      }
      yield stillWorking;
    }
  }

  /** Runs a command, and sends its text as the console output of the target. */
  async *#monitor(digits: string): AsyncGenerator<Uint8Array, void, void> {
    const { target } = this.#conversation;
    const line = textOfHex(digits);
    if (line === undefined || target.monitor === undefined) {
      yield this.#packet(line === undefined ? 'E01' : '');
      return;
    }
    try {
      if (this.#interruption.aborted) {
        yield* this.#console('interrupted before it began\n');
      } else {
        for await (const text of target.monitor(line, this.#interruption)) {
          yield* this.#console(text);
        }
      }
    } catch (error) {
      yield* this.#console(`${sentenceOf(error)}\n`);
    }
    yield this.#packet('OK');
  }

  *#console(text: string): Generator<Uint8Array, void, void> {
    const safe = text.split('\n').map(printableLine).join('\n');
    for (let at = 0; at < safe.length; at += maxOutputLength) {
      yield this.#packet(`O${hexOfText(safe.slice(at, at + maxOutputLength))}`);
    }
  }

  #packet(body: string): Uint8Array {
    this.#last = packetOf(body);
    this.#resends = 0;
    return this.#last;
  }

  *#again(): Generator<Uint8Array, void, void> {
    this.#resends++;
    if (this.#resends > maxResends) {
      this.close();
      return;
    }
    yield* this.#last === undefined ? [] : [this.#last];
  }
}

/** An `AbortController` that can be used again. */
class Interrupter implements Interruption {
  aborted = false;
  #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  arm(): void {
    this.aborted = false;
    this.#listeners = [];
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

function isSame(event: PacketEvent, other: PacketEvent | undefined): boolean {
  return (
    event.kind === 'packet' &&
    other?.kind === 'packet' &&
    event.isSound &&
    other.isSound &&
    event.body === other.body
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the request failed';
}

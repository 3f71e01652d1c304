import { hexText, latin1Text } from '@vmcorekit/core';
import type { GdbThread } from '../gdb-target.ts';
import type { Conversation } from './conversation.ts';
import { fileRequest } from './file-requests.ts';
import { maxPacketLength } from './limits.ts';
import { registersIn } from './machine-description.ts';
import { binaryText, hexOfText, numberIn, refusal } from './packet-text.ts';
import { registerText } from './register-text.ts';
import { transfer } from './transfers.ts';

/** Answers a request, given without its name. The empty answer means "not known". */
type Answer = (request: string, conversation: Conversation) => string;

/** Source: gdb's manual, "Standard Replies": the request was wrong. */
const wrong = 'E01';
/** EFAULT: no memory there. */
const noMemory = 'E0e';

const noWrites: Answer = () => refusal('a dump is read-only: nothing of it can be changed');
const noRuns: Answer = () => refusal('a dump cannot run: it shows one moment of its machine');

/** By the first character. Source: gdb's manual, "Packets". */
const plainRequests: Readonly<Record<string, Answer>> = {
  '?': (_request, { thread }) => `T05${thread === undefined ? '' : `thread:${idOf(thread)};`}`,
  g: (_request, conversation) => registersText(conversation),
  p: (request, conversation) => registerAt(request, conversation),
  m: (request, conversation) => memoryText(request, conversation, maxPacketLength / 2, hexText),
  x: (request, conversation) =>
    memoryText(request, conversation, maxPacketLength / 2 - 1, (bytes) => {
      return `b${binaryText(latin1Text(bytes))}`;
    }),
  H: (request, conversation) => chooseThread(request, conversation),
  T: (request, conversation) => (threadNamed(request, conversation) === undefined ? wrong : 'OK'),
  D: (_request, conversation) => {
    conversation.hasEnded = true;
    return 'OK';
  },
  ...Object.fromEntries('MXGPZz'.split('').map((letter) => [letter, noWrites])),
  ...Object.fromEntries('cCsSRi'.split('').map((letter) => [letter, noRuns])),
};

/** By the name. Source: gdb's manual, "General Query Packets". */
const namedRequests: Readonly<Record<string, Answer>> = {
  qSupported: (_request, { target }) =>
    [
      `PacketSize=${maxPacketLength.toString(16)}`,
      'QStartNoAckMode+',
      'qXfer:features:read+',
      'qXfer:threads:read+',
      'binary-upload+',
      'error-message+',
      'multiprocess-',
      'vContSupported-',
      ...(target.execFile === undefined ? [] : ['qXfer:exec-file:read+']),
    ].join(';'),
  QStartNoAckMode: (_request, conversation) => {
    conversation.withoutAcks = true;
    return 'OK';
  },
  qXfer: transfer,
  qC: (_request, { thread }) => (thread === undefined ? '' : `QC${idOf(thread)}`),
  qfThreadInfo: (_request, conversation) => {
    conversation.unlisted = conversation.target.threads();
    return listedThreads(conversation);
  },
  qsThreadInfo: (_request, conversation) => listedThreads(conversation),
  qThreadExtraInfo: (request, conversation) => {
    const thread = threadNamed(request, conversation);
    return thread === undefined ? wrong : hexOfText(`${thread.name}: ${thread.details}`);
  },
  qThreadStopInfo: (request, conversation) => {
    const thread = threadNamed(request, conversation);
    return thread === undefined
      ? wrong
      : `T00thread:${idOf(thread)};hexname:${hexOfText(thread.name)};`;
  },
  qAttached: () => '1',
  qOffsets: (_request, { target: { textSegment } }) =>
    textSegment === null ? '' : `TextSeg=${textSegment.toString(16)}`,
  qSymbol: () => 'OK',
  vFile: fileRequest,
  vCont: noRuns,
  vKill: (_request, conversation) => {
    conversation.hasEnded = true;
    return 'OK';
  },
};

/** The answer to a packet, as the body of another. */
export function answerTo(body: string, conversation: Conversation): string {
  const [, name = '', request = ''] = /^(qThreadStopInfo|[qQv]\w*)[:;,]?(.*)$/s.exec(body) ?? [];
  if (name !== '') {
    // `vCont?` asks what can run; the empty answer says nothing.
    const isQuestion = request.startsWith('?');
    const named =
      Object.hasOwn(namedRequests, name) && !isQuestion ? namedRequests[name] : undefined;
    return named?.(request, conversation) ?? '';
  }
  const letter = body.charAt(0);
  const plain = Object.hasOwn(plainRequests, letter) ? plainRequests[letter] : undefined;
  return plain?.(body.slice(1), conversation) ?? '';
}

function idOf({ id }: GdbThread): string {
  return id.toString(16);
}

function threadNamed(text: string, conversation: Conversation): GdbThread | undefined {
  const id = numberIn(text);
  return id === undefined ? undefined : conversation.threadWith(Number(id));
}

/** `Hg` chooses for registers; 0 is any thread and -1 all. `Hc` is of what runs: nothing does. */
function chooseThread(request: string, conversation: Conversation): string {
  const id = request.slice(1);
  const thread = threadNamed(id, conversation);
  if (thread === undefined && id !== '0' && id !== '-1') {
    return wrong;
  }
  if (request.startsWith('g') && thread !== undefined) {
    conversation.choose(thread);
  }
  return 'OK';
}

function registersOf({ target, thread }: Conversation): ReturnType<typeof target.registersOf> {
  const registers = thread === undefined ? null : target.registersOf(thread);
  return registers === null ? null : (target.machine.adapt?.(registers) ?? registers);
}

function registersText(conversation: Conversation): string {
  const { machine, byteOrder } = conversation.target;
  const registers = registersOf(conversation);
  return registersIn(machine)
    .map((register) => registerText(register, registers, byteOrder))
    .join('');
}

function registerAt(request: string, conversation: Conversation): string {
  const { machine, byteOrder } = conversation.target;
  const number = numberIn(request);
  const register = number === undefined ? undefined : registersIn(machine)[Number(number)];
  return register === undefined
    ? wrong
    : registerText(register, registersOf(conversation), byteOrder);
}

function memoryText(
  request: string,
  { target }: Conversation,
  most: number,
  textOf: (bytes: Uint8Array) => string,
): string {
  const [at, size, ...more] = request.split(',').map(numberIn);
  if (at === undefined || size === undefined || more.length > 0) {
    return wrong;
  }
  const lengthInBytes = size < BigInt(most) ? Number(size) : most;
  const bytes = target.read(at, lengthInBytes);
  return bytes.length === 0 && lengthInBytes > 0 ? noMemory : textOf(bytes);
}

/** As many ids as fit into a packet. */
function listedThreads(conversation: Conversation): string {
  const { unlisted } = conversation;
  const perPacket = Math.floor(maxPacketLength / 16);
  conversation.unlisted = unlisted.slice(perPacket);
  return unlisted.length === 0 ? 'l' : `m${unlisted.slice(0, perPacket).map(idOf).join(',')}`;
}

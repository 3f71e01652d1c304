import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';

/** The identity of a request; null where it cannot be known. Source: JSON-RPC 2.0, section 5. */
type RequestId = string | number | null;

/** An error of JSON-RPC, as it is sent. */
export interface Refusal {
  readonly jsonrpc: '2.0';
  readonly id: RequestId;
  readonly error: { readonly code: number; readonly message: string };
}

/** What a line of the client is. `because` is for the user; no answer belongs to no request. */
export type Received =
  | { readonly kind: 'message'; readonly message: JSONRPCMessage }
  | { readonly kind: 'refused'; readonly because: string; readonly answer?: Refusal };

/** Source: JSON-RPC 2.0, section 5.1. */
const invalidRequest = -32600;
const invalidParams = -32602;
/** The requests whose `name` the protocol's library looks up, and what it calls what is named. */
const namedThings: ReadonlyMap<unknown, string> = new Map([
  ['tools/call', 'Tool'],
  ['prompts/get', 'Prompt'],
]);

/** Reads one line of the client. Undefined for one that is no JSON, which a client may print. */
export function receivedLine(line: string): Received | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  try {
    const message = parseJSONRPCMessage(value);
    return inherited(message) ?? { kind: 'message', message };
  } catch {
    return malformed(value);
  }
}

/** The answer to a line that was too long to be read. */
export function refusedLength(maxBytes: number): Received {
  const because = `it is longer than ${maxBytes} bytes`;
  return {
    kind: 'refused',
    because,
    answer: refusal(null, invalidRequest, `a message was refused: ${because}`),
  };
}

/**
 * The library keeps tools by name in a plain object, so it finds `constructor` and calls it
 * disabled. Undefined for any other message.
 */
function inherited(message: JSONRPCMessage): Received | undefined {
  if (!('method' in message && 'id' in message)) {
    return undefined;
  }
  const thing = namedThings.get(message.method);
  const name = message.params?.name;
  if (thing === undefined || typeof name !== 'string' || !(name in Object.prototype)) {
    return undefined;
  }
  const because = `${thing} ${name} not found`;
  return { kind: 'refused', because, answer: refusal(message.id, invalidParams, because) };
}

/** JSON that is no message: a request is answered, because its client waits. */
function malformed(value: unknown): Received {
  const because = 'it is none of JSON-RPC';
  if (typeof value !== 'object' || value === null || !('method' in value && 'id' in value)) {
    return { kind: 'refused', because };
  }
  const { id, method } = value;
  const isNamed = typeof id === 'string' || Number.isSafeInteger(id);
  const isRequest = isNamed && typeof method === 'string' && 'jsonrpc' in value;
  const [code, message] =
    isRequest && value.jsonrpc === '2.0'
      ? [invalidParams, 'the parameters of the request are none of the protocol']
      : [invalidRequest, 'the message is no request of JSON-RPC 2.0'];
  const answer = refusal(isNamed ? (id as string | number) : null, code, message);
  return { kind: 'refused', because, answer };
}

function refusal(id: RequestId, code: number, message: string): Refusal {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

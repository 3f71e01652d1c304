import { VmcorekitError } from '@vmcorekit/core';

/**
 * How a fault is met. `missing`: there is no such file, or not for us. `changed`: the file is
 * another one than at first. `again`: the next try may succeed. `slow`: the same, once. `final`: no
 * try will.
 */
export type FaultKind = 'missing' | 'changed' | 'again' | 'slow' | 'final';

/** Why a request failed, as the end of a sentence that begins with the file's name. */
export class Fault extends Error {
  readonly because: string;
  readonly kind: FaultKind;
  /** How long the server asked to wait; undefined where it did not. */
  readonly waitInMilliseconds: number | undefined;

  constructor(because: string, kind: FaultKind, waitInMilliseconds?: number) {
    super(because);
    this.because = because;
    this.kind = kind;
    this.waitInMilliseconds = waitInMilliseconds;
  }
}

/** A file that does not exist on its server, or that the server keeps from us. */
export class MissingError extends VmcorekitError<'io'> {}

/** The error of a file that cannot be opened. */
export function openingError(
  file: string,
  { because, kind }: Pick<Fault, 'because' | 'kind'>,
): VmcorekitError<'io'> {
  const kindOfError = kind === 'missing' ? MissingError : VmcorekitError<'io'>;
  return new kindOfError('io', { file, because });
}

/** The reason as a fault. Only its code is said: a message of Node's may hold the address. */
export function faultOf(error: unknown, host: string): Fault {
  if (error instanceof Fault) {
    return error;
  }
  const code = codeOf(error);
  const known = sentences[code];
  if (known !== undefined) {
    return new Fault(known[0](host), known[1]);
  }
  return /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO/.test(code)
    ? new Fault(
        `the certificate or encryption of ${host} is not accepted (${code}): ` +
          'NODE_EXTRA_CA_CERTS names a file of further authorities',
        'final',
      )
    : new Fault(`the connection to ${host} failed (${code})`, 'again');
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'no reason was given';
}

const cut = (host: string): string => `${host} cut the connection`;

const sentences: Readonly<
  Record<string, readonly [because: (host: string) => string, kind: FaultKind]>
> = {
  ENOTFOUND: [(host) => `no host is called ${host}`, 'final'],
  EAI_AGAIN: [(host) => `the address of ${host} cannot be looked up now`, 'again'],
  ECONNREFUSED: [(host) => `${host} refuses the connection`, 'again'],
  ECONNRESET: [cut, 'again'],
  ERR_STREAM_PREMATURE_CLOSE: [cut, 'again'],
  EPIPE: [cut, 'again'],
  ETIMEDOUT: [(host) => `${host} does not answer`, 'again'],
  EHOSTUNREACH: [(host) => `${host} cannot be reached`, 'again'],
  ENETUNREACH: [(host) => `the network of ${host} cannot be reached`, 'again'],
  HPE_HEADER_OVERFLOW: [(host) => `${host} sends headers that are too long`, 'final'],
};

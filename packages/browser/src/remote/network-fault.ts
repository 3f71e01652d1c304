import { Fault } from '@vmcorekit/source-http/reading';

/** No answer that this page may read. A browser does not say why: no server, CORS, a policy. */
export class NetworkFault extends Fault {
  constructor(host: string, kind: 'again' | 'final') {
    super(`the connection to ${host} failed`, kind);
  }
}

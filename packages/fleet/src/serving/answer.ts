import type { JsonObject } from '@vmcorekit/report';
import type { Html } from './html.ts';

/** What a page says, as markup and as data. */
export interface Page {
  readonly title: string;
  /** The address of the page in the menu that it belongs to. */
  readonly section: string;
  readonly body: Html;
  readonly data: JsonObject;
}

/** What goes to the client. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

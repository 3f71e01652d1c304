import { printable } from '@vmcorekit/core';

/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /**
   * A template of markup. Values become text: markup in them is shown, and so are characters that
   * control or reorder text, as `\x1b` and `\u{202e}`. Null is nothing. Write attributes in quotes.
   */
  static of(parts: TemplateStringsArray, ...values: readonly Child[]): Html {
    return new Html(parts.map((part, at) => part + markupOf(values[at])).join(''));
  }
}

/** What a template may hold. */
export type Child = Html | string | number | null | undefined | readonly Child[];

/** See `Html.of`. */
export const html = (parts: TemplateStringsArray, ...values: readonly Child[]): Html =>
  Html.of(parts, ...values);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(child: Child): string {
  if (child instanceof Html) {
    return child.text;
  }
  if (typeof child === 'string' || typeof child === 'number') {
    return printable(String(child)).replace(/[&<>"']/g, (found) => entities[found] ?? '');
  }
  return child == null ? '' : child.map(markupOf).join('');
}

import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/**
 * Sets properties of an element's style, as `<div ${styled({ top: '4px' })}>`. Lit's `styleMap`
 * writes the attribute `style` when it first draws, and the page's policy refuses that.
 */
class Styled extends Directive {
  override render(_properties: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }

  override update(
    { element }: ElementPart,
    [properties]: [Readonly<Record<string, string>>],
  ): typeof noChange {
    for (const [name, value] of Object.entries(properties)) {
      (element as HTMLElement).style.setProperty(name, value);
    }
    return noChange;
  }
}

export const styled: (properties: Readonly<Record<string, string>>) => unknown = directive(Styled);

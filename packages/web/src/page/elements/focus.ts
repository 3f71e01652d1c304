/** The first element that a selector finds, also within the elements in between. */
export function deepQuery<Name extends keyof HTMLElementTagNameMap>(
  root: ParentNode,
  selector: Name,
): HTMLElementTagNameMap[Name] | null;
export function deepQuery(root: ParentNode, selector: string): HTMLElement | null;
export function deepQuery(root: ParentNode, selector: string): Element | null {
  const found = root.querySelector(selector);
  if (found !== null) {
    return found;
  }
  for (const { shadowRoot } of root.querySelectorAll('*')) {
    const within = shadowRoot === null ? null : deepQuery(shadowRoot, selector);
    if (within !== null) {
      return within;
    }
  }
  return null;
}

/** Lets a keyboard and a screen reader go on at the heading of a view, or at the view itself. */
export async function focusHeading(view: HTMLElement): Promise<void> {
  const [element] = view.children;
  await (element as Partial<{ updateComplete: Promise<unknown> }> | undefined)?.updateComplete;
  const heading = deepQuery(view, 'h1');
  if (heading !== null) {
    heading.tabIndex = -1;
  }
  (heading ?? view).focus({ preventScroll: true });
  view.scrollTop = 0;
}

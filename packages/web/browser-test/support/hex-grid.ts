import type { Page } from 'playwright-core';

/** Goes to another place by the field of the view, and waits until its row is there. */
export async function goTo(page: Page, text: string): Promise<void> {
  const { hash } = new URL(page.url());
  await page.locator('vm-memory-bar input').fill(text);
  await page.locator('vm-memory-bar button.primary').click();
  await page.waitForFunction((before) => location.hash !== before, hash);
  await settled(page);
}

/** Waits until every row on the screen was read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('vm-hex-grid #chosen').waitFor();
  await page.waitForFunction(() => {
    const view = document.querySelector('vm-app')?.shadowRoot?.querySelector('vm-memory-view');
    const grid = view?.shadowRoot?.querySelector('vm-hex-grid')?.shadowRoot;
    const rows = [...(grid?.querySelectorAll<HTMLElement>('.row') ?? [])];
    const shown = rows.filter(({ hidden }) => !hidden);
    return shown.length > 0 && shown.every(({ dataset }) => dataset.kind !== 'waiting');
  });
}

/** The address of the selected byte, as the link in the page's address has it. */
export function placeIn(page: Page): string {
  return new URL(page.url()).hash.replace('#/memory/', '');
}

/** What the grid shows of each row, by its address: digits, state and text. */
export async function rowsIn(page: Page): Promise<ReadonlyMap<bigint, ShownRow>> {
  const rows = await page.locator('vm-hex-grid .row:not([hidden])').evaluateAll((elements) =>
    elements.map((row) => ({
      address: row.querySelector('.address')?.textContent ?? '',
      digits: (row.querySelector('.bytes')?.textContent ?? '').replaceAll(' ', ''),
      kind: (row as HTMLElement).dataset.kind ?? '',
    })),
  );
  return new Map(rows.map((row) => [BigInt(`0x${row.address}`), row]));
}

export interface ShownRow {
  /** Two characters a byte, not separated. */
  readonly digits: string;
  readonly kind: string;
}

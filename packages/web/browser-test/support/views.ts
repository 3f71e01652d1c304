import type { Page } from 'playwright-core';

/** The names of all views that the navigation leads to. */
export async function viewsIn(page: Page): Promise<string[]> {
  const links = page.locator('vm-navigation a');
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  return addresses.map((address) => address?.replace('#/', '') ?? '');
}

/** Shows a view, and waits until it has its heading and no longer says that it reads. */
export async function showView(page: Page, id: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${id}`);
  await page.locator(`vm-navigation a[href="#/${id}"][aria-current=page]`).waitFor();
  await page.locator('main h1').waitFor();
  await page
    .getByText(/^reading/)
    .first()
    .waitFor({ state: 'detached' });
}

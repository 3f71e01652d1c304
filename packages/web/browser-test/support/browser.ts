import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, and other systems, put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine (or VMCOREKIT_CHROMIUM); undefined where there is none. */
export const chromiumPath: string | undefined =
  process.env.VMCOREKIT_CHROMIUM ?? places.find((path) => existsSync(path));

/** Playwright waits 30 s by itself, which a busy machine can need for an honest answer. */
const patienceInMilliseconds = 600_000;

/** A browser without a window, which sends no requests of its own. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    timeout: patienceInMilliseconds,
  });
  browser.on('context', (context) => context.setDefaultTimeout(patienceInMilliseconds));
  return browser;
}

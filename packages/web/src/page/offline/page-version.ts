import { versionName } from '../../offline/version-name.ts';

/** `?VERSION`, as the build writes it after the page’s own files; empty if it did not. */
export function versionQuery(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]');
  return script === null ? '' : new URL(script.src).search;
}

/** Keeps the files of this version in the browser's offline copy as long as this page is open. */
export function holdVersion(): void {
  const folder = new URL('.', document.baseURI).pathname;
  const name = versionName(folder, versionQuery().slice(1));
  void navigator.locks.request(name, { mode: 'shared' }, () => new Promise(() => {}));
}

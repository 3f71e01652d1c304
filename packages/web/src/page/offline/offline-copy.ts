import { trustedScript } from '../client/trusted-scripts.ts';
import { holdVersion } from './page-version.ts';

/**
 * The copy of the page that the browser keeps, for a machine without a network. Sends `change` when
 * a newer version waits. In private mode, and where the page came without https, there is none.
 */
export class OfflineCopy extends EventTarget {
  #waiting: ServiceWorker | null = null;

  /** Whether a newer version waits for the user's word. */
  get isNewerThere(): boolean {
    return this.#waiting !== null;
  }

  /** Never throws: the page works without. */
  async keep(): Promise<void> {
    try {
      const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
      const registration = await serviceWorker?.register(trustedScript('service-worker.js'), {
        updateViaCache: 'none',
      });
      if (registration !== undefined) {
        holdVersion();
        registration.active?.postMessage('forget-unused');
        this.#follow(registration);
      }
    } catch {
      return;
    }
  }

  /** Loads the newer version. An open dump is closed with the page. */
  takeNewer(): void {
    const newer = this.#waiting;
    // Another tab may have taken it already.
    if (newer?.state !== 'installed') {
      window.location.reload();
      return;
    }
    newer.addEventListener('statechange', () => window.location.reload(), { once: true });
    newer.postMessage('take-over');
  }

  #follow(registration: ServiceWorkerRegistration): void {
    const note = (worker: ServiceWorker | null): void => {
      // The first version replaces none.
      if (worker?.state === 'installed' && navigator.serviceWorker.controller !== null) {
        this.#waiting = worker;
        this.dispatchEvent(new Event('change'));
      }
    };
    note(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => note(worker));
    });
  }
}

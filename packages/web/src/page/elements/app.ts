// Imports much: it puts the page together.
import { printable } from '@vmcorekit/core';
import { type CSSResultGroup, html, LitElement, nothing, type TemplateResult } from 'lit';
import { areShortcutsOn, isForPage, ShortcutReader } from '../keyboard/shortcuts.ts';
import { addressInLink } from '../model/address.ts';
import { DumpModel } from '../model/dump-model.ts';
import { takeLaunches } from '../offline/launches.ts';
import { OfflineCopy } from '../offline/offline-copy.ts';
import { controls } from '../style/controls.ts';
import { views } from '../views/index.ts';
import type { View } from '../views/view.ts';
import { appStyles } from './app-styles.ts';
import { whenIdle } from './when-idle.ts';
import './drop-zone.ts';
import './failure-panel.ts';
import { DropCatcher } from './drop-catcher.ts';
import { deepQuery, focusHeading } from './focus.ts';
import './header.ts';
import './navigation.ts';
import './no-kernel.ts';
import './progress-panel.ts';
import './newer-version.ts';
import './plugin-news.ts';
import './plugin-question.ts';
import './address-question.ts';
import './after-failure.ts';
import './passed-over.ts';

/** The whole page: its head, the navigation, and the view that the address names. */
export class App extends LitElement {
  static override styles: CSSResultGroup = [controls, appStyles];
  static override properties = { viewId: { state: true }, isDragged: { state: true } };
  declare viewId: string;
  declare isDragged: boolean;
  readonly model: DumpModel = new DumpModel();
  readonly #shortcuts: ShortcutReader = new ShortcutReader();
  readonly #drops: DropCatcher = new DropCatcher(this, (isDragged) => {
    this.isDragged = isDragged;
  });
  readonly offline: OfflineCopy = new OfflineCopy();
  readonly #onHash = (): void => {
    if (this.#takeLink()) {
      return;
    }
    this.viewId = idInAddress();
    void this.#focusView();
  };
  readonly #onKey = (event: KeyboardEvent): void => this.#press(event);
  #phase: DumpModel['phase'] = 'empty';
  readonly #loaded: Set<View> = new Set();
  #unloaded: View | null = null;

  constructor() {
    super();
    this.viewId = idInAddress();
    this.isDragged = false;
    this.model.addEventListener('change', () => this.#changed());
    this.model.plugins.addEventListener('change', () => this.requestUpdate());
    this.model.addresses.addEventListener('change', () => this.requestUpdate());
    this.offline.addEventListener('change', () => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#warmUp();
    void this.offline.keep();
    takeLaunches((files) => this.#open(files));
    window.addEventListener('hashchange', this.#onHash);
    window.addEventListener('keydown', this.#onKey);
    this.#drops.start();
    this.addEventListener('files', (event) => {
      const { detail: files } = event as CustomEvent<readonly File[]>;
      this.#open(files);
    });
    this.addEventListener('address', (event) => {
      this.model.addresses.ask((event as CustomEvent<string>).detail);
    });
    this.#takeLink();
    this.addEventListener('cancel', () => this.model.cancel());
    this.addEventListener('shortcuts', () => void this.#showShortcuts());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onHash);
    window.removeEventListener('keydown', this.#onKey);
    this.#drops.stop();
  }

  override render(): TemplateResult {
    const { opened, located } = this.model;
    const view = this.#view;
    const isAlone = opened === null;
    document.title = [view?.title, printable(opened?.files[0] ?? ''), 'vmcorekit']
      .filter(Boolean)
      .join(' – ');
    return html`
      <button class="skip" @click=${() => this.#main?.focus()}>Skip to the view</button>
      <vm-header .model=${this.model}>
        <vm-newer-version
          .isThere=${this.offline.isNewerThere}
          @take=${() => this.offline.takeNewer()}
        ></vm-newer-version>
      </vm-header>
      ${
        isAlone
          ? nothing
          : html`<vm-navigation
            .current=${view}
            .isReadable=${located?.isReadable ?? true}
            @again=${() => void this.#focusView()}
          ></vm-navigation>`
      }
      <main tabindex="-1" class=${isAlone ? (view === undefined ? 'alone' : 'alone wide') : ''}>
        ${this.#content(view)}
        <vm-plugin-news
          .shelf=${this.model.plugins}
          .isVisible=${isAlone}
        ></vm-plugin-news>
      </main>
      <vm-shortcut-help></vm-shortcut-help>
      ${
        this.model.plugins.asked.length === 0
          ? nothing
          : html`<vm-plugin-question
            .shelf=${this.model.plugins}
            @answer=${({ detail }: CustomEvent<boolean>) => this.#answerPlugins(detail)}
          ></vm-plugin-question>`
      }
      ${this.#addressQuestion()}
      ${this.isDragged ? html`<div class="drop">Drop to open</div>` : nothing}
    `;
  }

  #addressQuestion(): TemplateResult | typeof nothing {
    const { asked, maxTransferInBytes } = this.model.addresses;
    return asked === null
      ? nothing
      : html`<vm-address-question
          .asked=${asked}
          .maxInBytes=${maxTransferInBytes}
          @answer=${({ detail }: CustomEvent<number | null>) => this.#answerAddress(detail)}
        ></vm-address-question>`;
  }

  #answerAddress(maxTransferInBytes: number | null): void {
    if (maxTransferInBytes !== null) {
      this.#showFirstView();
    }
    this.model.answerAddress(maxTransferInBytes);
  }

  /** Asks about the address of a link, and leaves it neither on the screen nor in the history. */
  #takeLink(): boolean {
    const { hash, pathname, search } = window.location;
    const address = addressInLink(hash);
    if (address === undefined) {
      return false;
    }
    const view = this.viewId === '' ? '' : `#/${this.viewId}`;
    window.history.replaceState(null, '', `${pathname}${search}${view}`);
    this.model.addresses.ask(address);
    return true;
  }

  #answerPlugins(isAccepted: boolean): void {
    const { plugins } = this.model;
    if (isAccepted) {
      void plugins.accept();
    } else {
      plugins.refuse();
    }
  }

  #content(view: View | undefined): TemplateResult {
    const { phase, failure, progress, located } = this.model;
    if (phase === 'opening' || phase === 'searching') {
      const doing = phase === 'opening' ? 'Opening' : 'Searching for the kernel';
      return html`<vm-progress-panel .progress=${progress} .doing=${doing}></vm-progress-panel>`;
    }
    if (view?.needs === 'nothing') {
      return this.#shown(view);
    }
    if (phase === 'failed' && failure !== null) {
      return html`
        <vm-failure-panel .failure=${failure} .what=${'This cannot be read'}></vm-failure-panel>
        <vm-after-failure .model=${this.model} .failure=${failure}></vm-after-failure>
        <vm-drop-zone></vm-drop-zone>
      `;
    }
    if (phase !== 'ready' || view === undefined) {
      return html`<vm-drop-zone></vm-drop-zone>`;
    }
    const passedOver = view.id === 'verdict' ? (this.model.opened?.passedOver ?? []) : [];
    return view.needs === 'kernel' && located?.isReadable !== true
      ? html`<vm-no-kernel .located=${located} .heading=${view.title}></vm-no-kernel>`
      : html`${
          passedOver.length === 0
            ? nothing
            : html`<vm-passed-over .files=${passedOver}></vm-passed-over>`
        }${this.#shown(view)}`;
  }

  /** A view is shown once its element is there, so that the element finds its model. */
  #shown(view: View): TemplateResult {
    if (this.#loaded.has(view)) {
      return view.show(this.model);
    }
    if (this.#unloaded !== view) {
      void this.#load(view);
    }
    return html`<p class="muted" role="status">
      ${this.#unloaded === view ? 'This view cannot be fetched: the page is not reached.' : ''}
    </p>`;
  }

  async #load(view: View): Promise<void> {
    try {
      await view.load();
      this.#loaded.add(view);
    } catch {
      this.#unloaded = view;
    }
    this.requestUpdate();
  }

  /** The view of the address; without a dump, only one that needs none. */
  get #view(): View | undefined {
    const named = views.find(({ id }) => id === this.viewId);
    return this.model.opened === null && named?.needs !== 'nothing'
      ? undefined
      : (named ?? views[0]);
  }

  get #main(): HTMLElement | null {
    return this.renderRoot.querySelector('main');
  }

  #open(files: readonly File[]): void {
    this.#showFirstView();
    this.model.take(files);
  }

  /** The first view of another dump is its verdict. */
  #showFirstView(): void {
    if (this.viewId === 'gallery' || this.model.opened !== null) {
      window.location.hash = '#/verdict';
    }
  }

  #changed(): void {
    this.requestUpdate();
    if (this.#phase !== this.model.phase) {
      this.#phase = this.model.phase;
      void this.#focusView();
    }
  }

  async #focusView(): Promise<void> {
    if (this.#view !== undefined) {
      await this.#load(this.#view);
    }
    await this.updateComplete;
    if (this.#main !== null) {
      await focusHeading(this.#main);
    }
  }

  /** Fetches the worker once the page is drawn and idle; a first file before that starts it. */
  async #warmUp(): Promise<void> {
    await this.updateComplete;
    whenIdle(() => this.model.supervisor.warmUp());
  }

  #press(event: KeyboardEvent): void {
    if (!isForPage(event) || !areShortcutsOn()) {
      return;
    }
    const action = this.#shortcuts.read(event.key, event.timeStamp);
    switch (action?.does) {
      case 'help':
        void this.#showShortcuts();
        break;
      case 'open':
        deepQuery(this.renderRoot, 'vm-file-button')?.choose();
        break;
      case 'filter':
        deepQuery(this.renderRoot, 'input[type=search]')?.focus();
        break;
      case 'show': {
        const view = views.find(({ key }) => key === action.letter);
        if (view !== undefined && view === this.#view) {
          void this.#focusView();
        } else if (view !== undefined) {
          window.location.hash = `#/${view.id}`;
        }
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  }

  async #showShortcuts(): Promise<void> {
    await import('../keyboard/shortcut-help.ts');
    this.renderRoot.querySelector('vm-shortcut-help')?.show();
  }
}

function idInAddress(): string {
  return /^#\/([\w-]+)/.exec(window.location.hash)?.[1] ?? '';
}

customElements.define('vm-app', App);

import { isIP } from 'node:net';
import { type OptionSpec, type OptionValues, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { ServeSettings } from './fleet-data.ts';

/** An address and a port to listen on. */
export type Listen = Pick<ServeSettings, 'host' | 'port'>;

/** Only this machine reaches it. */
export const usualListen: Listen = { host: '127.0.0.1', port: 8470 };

/** The options of the commands that show pages. */
type ServeOptionTable = {
  readonly listen: OptionSpec<Listen | undefined>;
  readonly name: OptionSpec<string | undefined>;
  readonly 'browser-page': OptionSpec<string | undefined>;
};

/** Where pages are shown, for the commands that show them. */
export const serveOptionTable: ServeOptionTable = {
  listen: value('ADDRESS', 'show pages at HOST:PORT or PORT (default 127.0.0.1:8470)', parseListen),
  name: value('NAME', 'answer requests for this host name too', parseName),
  'browser-page': value('URL', 'link dumps at https addresses to this browser page', parsePage),
};

/** The settings of a server, out of the options. */
export function serveSettings(
  options: OptionValues<ServeOptionTable>,
  onListening: (address: string) => void,
): ServeSettings {
  return {
    ...(options.listen ?? usualListen),
    names: options.name === undefined ? [] : [options.name],
    browserPage: options['browser-page'] ?? null,
    onListening,
  };
}

function parseListen(text: string, option: string): Listen {
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([\d.]+|localhost)):)?(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? (plain === 'localhost' ? usualListen.host : plain) ?? usualListen.host;
  const port = Number(digits ?? Number.NaN);
  if (isIP(host) === 0 || !(port <= 65_535)) {
    throw new UsageError(
      `${option}: got '${text}', wanted an address of this machine and a port, like 127.0.0.1:8470`,
    );
  }
  return { host, port };
}

function parseName(text: string, option: string): string {
  if (!/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text)) {
    throw new UsageError(`${option}: got '${text}', wanted a host name, like dumps.example.org`);
  }
  return text.toLowerCase();
}

function parsePage(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPage = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isPage || url.hash !== '' || url.username !== '') {
    throw new UsageError(`${option}: got an address that is no https:// page, or that has a #`);
  }
  return url.href;
}

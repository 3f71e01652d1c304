import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@vmcorekit/source-http/fetching';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a profile states; a setting within another is `s3.endpoint_url`. */
export type Settings = ReadonlyMap<string, string>;

export interface Profile {
  readonly name: string;
  /** Whether the user named it. */
  readonly isNamed: boolean;
  /** Of both files; those of the credentials file come first. */
  readonly settings: Settings;
  /** Of the section of services that the profile names. */
  readonly services: Settings;
}

const maxLengthInBytes = 1 << 20;

/**
 * The profile of AWS's configuration files that the environment names, or `default`. Throws
 * `Fault` where the named one does not exist. Source: AWS SDKs and tools reference guide, shared
 * config and credentials files.
 */
export async function readProfile(env: Environment): Promise<Profile> {
  const named = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE;
  const name = named || 'default';
  const folder = join(env.HOME || homedir(), '.aws');
  const [credentials, config] = await Promise.all([
    sectionsOf(env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials')),
    sectionsOf(env.AWS_CONFIG_FILE || join(folder, 'config')),
  ]);
  const stated = [
    config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined),
    credentials.get(name),
  ].filter((section) => section !== undefined);
  if (named && stated.length === 0) {
    throw new Fault(
      'no AWS profile is called as AWS_PROFILE says: aws configure list-profiles shows all',
      'final',
    );
  }
  const settings = new Map(stated.flatMap((section) => [...section]));
  const services = config.get(`services ${settings.get('services') ?? ''}`) ?? new Map();
  return { name, isNamed: Boolean(named), settings, services };
}

async function sectionsOf(path: string): Promise<ReadonlyMap<string, Settings>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return new Map();
    }
    throw new Fault(`${path} cannot be read (${String(code)})`, 'final');
  }
  if (text.length > maxLengthInBytes) {
    throw new Fault(`${path} is no file of AWS settings: it is longer than 1 MiB`, 'final');
  }
  return parseSections(text);
}

/** Sections of an INI file as AWS's tools read it: indented lines belong to the line above. */
export function parseSections(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let above = '';
  for (const line of text.split(/\r?\n/)) {
    const said = line.replace(/(?:^|\s)[#;].*$/, '').trimEnd();
    const title = /^\s*\[\s*([^\]]*?)\s*\]$/.exec(said)?.[1]?.replace(/\s+/g, ' ');
    if (title !== undefined) {
      section = sections.get(title) ?? new Map();
      sections.set(title, section);
      above = '';
      continue;
    }
    const at = said.indexOf('=');
    if (at < 0 || section === undefined) {
      continue;
    }
    const [key, value] = [said.slice(0, at).trim().toLowerCase(), said.slice(at + 1).trim()];
    const isWithin = /^\s/.test(said) && above !== '';
    section.set(isWithin ? `${above}.${key}` : key, value);
    above = isWithin ? above : value === '' ? key : '';
  }
  return sections;
}

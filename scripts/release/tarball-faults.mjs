import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eachLink } from './links.mjs';

/** Packed, in bytes: from a third more to twice what each has today, so that mistakes are seen. */
const largest = { vmcorekit: 2_700_000, '@vmcorekit/linux': 1_700_000, other: 400_000 };
const lifecycle = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

/**
 * What is wrong with an unpacked tarball. `place` is a path of this machine that no file may hold,
 * `sizeInBytes` that of the tarball.
 */
export function tarballFaults(folder, { sizeInBytes, place }) {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile());
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const found = [];
  for (const name of ['LICENSE', 'README.md']) {
    if (!files.includes(name)) {
      found.push(`has no ${name}`);
    }
  }
  if (manifest.name === 'vmcorekit' && !files.some((name) => name.startsWith('docs'))) {
    found.push('has no docs');
  }
  for (const script of lifecycle.filter((name) => manifest.scripts?.[name] !== undefined)) {
    found.push(`runs a script when installed: ${script}`);
  }
  const limit = largest[manifest.name] ?? largest.other;
  if (sizeInBytes > limit) {
    found.push(`has ${sizeInBytes} bytes, of ${limit} at most`);
  }
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'latin1');
    if (text.includes(place)) {
      found.push(`${name}: names a place of this machine`);
    }
    if (/registry\.npmjs|registry\.yarnpkg/.test(text)) {
      found.push(`${name}: names a registry`);
    }
    if (name.endsWith('.md')) {
      found.push(...deadLinks(folder, name, text));
    }
  }
  return found;
}

function deadLinks(folder, name, text) {
  const dead = [];
  eachLink(text, (target) => {
    const [path] = target.split('#');
    if (!/^[a-z][a-z+.-]*:/i.test(path) && !existsSync(join(folder, dirname(name), path))) {
      dead.push(`${name}: the link ${target} leads nowhere`);
    }
    return target;
  });
  return dead;
}

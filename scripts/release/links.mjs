import { dirname, join, relative } from 'node:path/posix';

const isImage = (path) => /\.(svg|png|gif|jpe?g|webp)$/.test(path);

/**
 * The text of a Markdown file as it goes into a package. Links to what the package ships stay
 * relative, others become addresses in the repository at the release's tag.
 *
 * `from` is the file's place in the repository, `shipped` the place in the package by the place in
 * the repository, `kindOf` says 'file', 'folder' or undefined of a place in the repository. Throws
 * where a link leads nowhere.
 */
export function relink(text, { from, shipped, kindOf, address, tag }) {
  const replaced = (target) => {
    if (/^([a-z][a-z+.-]*:|#|$)/i.test(target)) {
      return target;
    }
    const [path, fragment] = target.split(/(?=#)/);
    const place = join(dirname(from), path).replace(/\/$/, '');
    const inPackage = shipped.get(place);
    if (inPackage !== undefined) {
      return `${relative(dirname(shipped.get(from)), inPackage)}${fragment ?? ''}`;
    }
    const kind = kindOf(place);
    if (kind === undefined) {
      throw new Error(`${from}: the link ${target} leads nowhere`);
    }
    const view = kind === 'folder' ? 'tree' : isImage(place) ? 'raw' : 'blob';
    return `${address}/${view}/${tag}/${place}${fragment ?? ''}`;
  };
  return eachLink(text, replaced);
}

/** The text with each target of a link replaced. Blocks of code are left as they are. */
export function eachLink(text, replaced) {
  return text
    .split(/(^```.*?^```$)/ms)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/(\]\()([^()\s]+)(\))/g, (_, open, target, close) =>
              [open, replaced(target), close].join(''),
            )
            .replace(/(\b(?:src|href)=")([^"]+)(")/g, (_, open, target, close) =>
              [open, replaced(target), close].join(''),
            )
            .replace(/^(\[[^\]]+\]:\s+)(\S+)()/gm, (_, open, target, close) =>
              [open, replaced(target), close].join(''),
            ),
    )
    .join('');
}

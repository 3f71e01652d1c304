import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf, offsetOf } from '../containers/container-of.ts';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { childNamed, knowsChildren } from './child-dentry.ts';
import { inodeAt } from './inode.ts';
import type { Mount } from './mounts.ts';
import type { PathPlace } from './path-of.ts';

/** MAXSYMLINKS. Source: Linux, include/linux/namei.h. */
const maxLinks = 40;
/** Linux allows 4096 bytes of path; each component takes two. */
const maxComponents = 2048;
const maxLinkInBytes = 4096;

/** A file that a path leads to. */
export interface FoundFile {
  readonly place: PathPlace;
  readonly inode: VirtualAddress;
}

const readersOf = perKernel((kernel: Kernel) => ({
  dentry: knownReader(kernel, 'dentry', {
    parent: pointer('d_parent'),
    inode: pointer('d_inode'),
  }),
  mount: knownReader(kernel, 'mount', {
    root: pointer('mnt.mnt_root'),
    parent: pointer('mnt_parent'),
    mountpoint: pointer('mnt_mountpoint'),
  }),
  link: knownReader(kernel, 'inode', { target: pointer('i_link') }),
}));

/** A place on the way: both of the `struct mount` and the dentry in it. */
interface At {
  readonly mount: VirtualAddress;
  readonly dentry: VirtualAddress;
}

/**
 * Looks a path up in what the kernel has of folders in memory: by names from the root of a task on,
 * through mounts and symbolic links. A sentence where a name is not there: a file may exist on disk
 * that the kernel has not in memory. Source: Linux, fs/namei.c (link_path_walk).
 */
export function* findFile(
  kernel: Kernel,
  path: string,
  root: PathPlace,
  mounts: readonly Mount[],
): Generator<Progress, FoundFile | string, void> {
  const readers = readersOf(kernel);
  const { dentry: dentries, mount } = readers;
  if (dentries === undefined || mount === undefined || !knowsChildren(kernel)) {
    return withoutTypes(kernel, 'struct dentry and mount');
  }
  const walk = new PathWalk(kernel, root, mounts);
  const notes = new WalkNotes();
  const left = partsOf(path).toReversed();
  let at = walk.root;
  let links = 0;
  let done = '';
  for (let steps = 0; left.length > 0; steps++) {
    const name = left.pop() ?? '';
    if (steps > maxComponents) {
      return `the path has more than ${maxComponents} names`;
    }
    if (name === '.') {
      continue;
    }
    if (name === '..') {
      at = walk.above(at);
      continue;
    }
    const child = yield* childNamed(kernel, at.dentry, name, notes);
    done = `${done}/${name}`;
    if (child === undefined) {
      const torn =
        notes.all.length > 0 ? `, and the names there are torn: ${notes.remarks()[0]}` : '';
      return `the kernel has no ${done} in memory; it may be on disk${torn}`;
    }
    if (child.inode === 0n) {
      return `there was no ${done}: the kernel remembers that it looked for it`;
    }
    const inode = inodeAt(kernel, child.inode);
    if (inode?.type === 'LNK') {
      const target = linkTarget(kernel, child.inode);
      if (target === undefined || ++links > maxLinks) {
        return target === undefined
          ? `the target of the symbolic link ${done} is not in memory`
          : `the path has more than ${maxLinks} symbolic links`;
      }
      left.push(...partsOf(target).toReversed());
      at = target.startsWith('/') ? walk.root : at;
      continue;
    }
    at = walk.below({ mount: at.mount, dentry: child.address });
  }
  const inode = dentries.tryRead(at.dentry)?.inode ?? 0n;
  const place = { mount: at.mount + offsetOf(kernel, 'mount', 'mnt'), dentry: at.dentry };
  return inode === 0n ? `the inode of ${path} cannot be read` : { place, inode };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function linkTarget(kernel: Kernel, inode: VirtualAddress): string | undefined {
  const at = readersOf(kernel).link?.tryRead(inode)?.target ?? 0n;
  return at === 0n ? undefined : knownText(kernel.memory, at, maxLinkInBytes);
}

/** How mounts join folders. */
class PathWalk {
  readonly root: At;
  readonly #kernel: Kernel;
  readonly #mounted: Map<string, Mount> = new Map();

  constructor(kernel: Kernel, { mount, dentry }: PathPlace, mounts: readonly Mount[]) {
    this.#kernel = kernel;
    for (const each of mounts) {
      if (each.parent !== each.address) {
        this.#mounted.set(`${each.parent} ${each.mountpointDentry}`, each);
      }
    }
    this.root = this.below({ mount: containerOf(kernel, 'mount', 'mnt', mount), dentry });
  }

  /** What is mounted there, and upon that. */
  below(at: At): At {
    let here = at;
    for (let depth = 0; depth <= this.#mounted.size; depth++) {
      const mounted = this.#mounted.get(`${here.mount} ${here.dentry}`);
      if (mounted === undefined) {
        return here;
      }
      here = { mount: mounted.address, dentry: mounted.rootDentry };
    }
    return here;
  }

  /** The folder above; a root is above itself. */
  above(at: At): At {
    const { dentry, mount } = readersOf(this.#kernel);
    let here = at;
    for (let depth = 0; depth <= this.#mounted.size; depth++) {
      if (here.mount === this.root.mount && here.dentry === this.root.dentry) {
        return here;
      }
      const values = mount?.tryRead(here.mount);
      if (values === undefined || values.root !== here.dentry || values.parent === here.mount) {
        break;
      }
      here = { mount: values.parent, dentry: values.mountpoint };
    }
    const parent = dentry?.tryRead(here.dentry)?.parent ?? here.dentry;
    return this.below({ mount: here.mount, dentry: parent });
  }
}

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { root, sources } from './support/sources.ts';

/** The places outside `rooms` that match, as `path: what`. */
function breaches(pattern: RegExp, rooms: readonly string[]): string[] {
  return [...sources()]
    .filter(([path]) => !rooms.some((room) => path.startsWith(room)))
    .flatMap(([path, text]) => [...text.matchAll(pattern)].map(([match]) => `${path}: ${match}`));
}

/** The names that a source's layout tables hold, as the pattern's first group. */
function namesIn(path: string, pattern: RegExp): string[] {
  const text = readFileSync(new URL(path, root), 'utf8');
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

function literalsOf(names: readonly string[]): RegExp {
  return new RegExp(`(['"\`])(?:${names.join('|')})\\1`, 'g');
}

/**
 * What `uname` says, a variable of the kernel, and plain words; the third wall covers their use as
 * header fields.
 */
const words = [
  'sysname',
  'nodename',
  'release',
  'version',
  'machine',
  'domainname',
  'phys_base',
  'status',
  'split',
];

describe('the walls between the rooms', () => {
  it('no source outside format-kdump names a KDUMP header field', () => {
    const names = namesIn('packages/format-kdump/src/header/layout.ts', /\b(?:at|sub)\('(\w+)'/g);
    expect(names).to.include.members([
      'header_version',
      'nr_cpus',
      'phys_base',
      'max_mapnr_64',
      ...words,
    ]);
    const fields = literalsOf(names.filter((name) => !words.includes(name)));
    // sadump's header descends from the same one, and has fields of the same names.
    const ofSameNames = ['packages/format-sadump/', 'packages/format-s390/src/layout.ts'];
    expect(
      breaches(fields, ['packages/format-kdump/', 'packages/testing/src/kdump/', ...ofSameNames]),
    ).to.deep.equal([]);
  });

  it('no source outside format-elf names an ELF header field, but Xen’s cores', () => {
    // Xen keeps memory in sections of a file that has no program headers.
    const xen = 'packages/format-xen/src/core/';
    const names = namesIn('packages/format-elf/src/elf-header.ts', /\['(e_\w+)',/g);
    expect(names).to.include.members(['e_type', 'e_ehsize', 'e_shstrndx']);
    expect(
      breaches(literalsOf(names), ['packages/format-elf/', 'packages/testing/src/elf/', xen]),
    ).to.deep.equal([]);
  });

  // A format must not be imported, and a builder that took its numbers from the reader under test
  // would repeat a wrong one.
  it('the three rooms that know DWARF have the same numbers', () => {
    const tables = [
      'packages/format-elf/src/dwarf/constants.ts',
      'packages/gdb/src/symbol-file/dwarf-constants.ts',
      'packages/testing/src/elf/build-dwarf.ts',
    ].map((path) => readFileSync(new URL(path, root), 'utf8'));
    const known = new Map<string, Set<string>>();
    let count = 0;
    for (const text of tables) {
      for (const [, kind = '', body = ''] of text.matchAll(
        /^(?:export )?const (tag|attribute|form|encoding)s? = \{(.*?)^\} as const;/gms,
      )) {
        for (const [, name = '', value = ''] of body.matchAll(/(\w+): (0x\w+)/g)) {
          const key = `${kind} ${name}`;
          known.set(key, (known.get(key) ?? new Set()).add(value));
          count++;
        }
      }
    }
    expect(count).to.be.above(known.size + 50);
    expect([...known].filter(([, values]) => values.size > 1)).to.deep.equal([]);
  });

  it('no source outside a format looks up a header field of an image', () => {
    const lookUp = /\bheader(?:Offsets)?\??\.(?:get|has)\([^)]*\)/g;
    expect(breaches(lookUp, ['packages/format-kdump/', 'packages/format-elf/'])).to.deep.equal([]);
  });

  it('no source outside the default plug-ins of vmcorekit imports a format', () => {
    const imported = /from '@vmcorekit\/format-\w+'/g;
    const own = [
      'packages/vmcorekit/src/search-plugins.ts',
      'lab/',
      'fuzz/',
      'interop/',
      'bench/',
      'examples/',
    ];
    expect(breaches(imported, own)).to.deep.equal([]);
  });

  it('every name of damage stands in the documentation', () => {
    const documentation = readFileSync(new URL('docs/command-line.md', root), 'utf8');
    const literal = /\bname: '([a-z-]+)',\s+loses:/g;
    const names = [...sources().values()].flatMap((text) =>
      [...text.matchAll(literal)].map(([, name = '']) => name),
    );
    const ofPages = namesIn(
      'packages/format-kdump/src/part/kdump-part.ts',
      /^ {2}\| '([a-z-]+)'/gm,
    );
    expect(new Set(names).size).to.be.above(10);
    expect(ofPages).to.have.length(6);
    const missing = [...names, ...ofPages].filter((name) => !documentation.includes(`\`${name}\``));
    expect(missing).to.deep.equal([]);
  });

  it('no source outside architectures knows the bits of a page table', () => {
    const bits = /0x[0-9a-f_]*f_?ffff_?f000n?|\.value & /gi;
    const builders = [
      'packages/architectures/',
      'packages/testing/src/',
      'lab/',
      'examples/custom-architecture/',
    ];
    expect(breaches(bits, builders)).to.deep.equal([]);
  });

  it('no source of architectures names a symbol of a kernel', () => {
    const symbols =
      /init_top_pgt|init_level4_pgt|swapper_pg_dir|phys_base|linux_banner|kallsyms|vmcoreinfo|KERNELOFFSET/gi;
    const named = breaches(symbols, []).filter((breach) =>
      breach.startsWith('packages/architectures/'),
    );
    expect(named).to.deep.equal([]);
  });

  it('no source outside linux and heuristics looks up a symbol of Linux by name', () => {
    const lookUp =
      /\.find\('(?:_text|_stext|_end|init_\w+|linux_\w+|phys_base|vmcoreinfo_\w+|__start_\w+)'\)/g;
    const ofLinux = ['packages/linux/', 'packages/heuristics/', 'packages/format-elf/src/vmlinux/'];
    const rooms = [...ofLinux, 'lab/', 'bench/', 'fuzz/', 'interop/', 'examples/'];
    expect(breaches(lookUp, rooms)).to.deep.equal([]);
  });

  it('no source names a register of a processor that has no reason to', () => {
    const registers =
      /'(?:cr[0-8]|[re]ip|[re]sp|gs_base|kernel_gs_base|idt_base|ttbr[01]\w*|satp)'/g;
    // Where Linux keeps its own in registers; the searches that begin at them; a list for people;
    // formats that store CPUs in a layout of their own.
    const knowing = [
      'packages/architectures/',
      'packages/linux/src/layout/',
      'packages/linux/src/stacks/i386/',
      'packages/linux/src/stacks/x86-64/',
      'packages/gdb/src/machines/',
      'packages/gdb/src/symbol-file/machines.ts',
      'packages/heuristics/src/cr3-walk.ts',
      'packages/heuristics/src/idt.ts',
      'packages/report/src/text/cpu-lines.ts',
      'packages/format-qemu/src/cpus/',
      'packages/format-sadump/src/cpu-state.ts',
      'packages/format-vmware/src/cpus/',
      'packages/format-xen/src/cpus/',
    ];
    expect(
      breaches(registers, [...knowing, 'packages/testing/src/', 'lab/', 'fuzz/', 'examples/']),
    ).to.deep.equal([]);
  });

  it('no source branches on the name of an architecture', () => {
    const branch = /(?:===|!==|case) '(?:x86_64|i386|arm64|riscv64|s390x|ppc64)'/g;
    expect(
      breaches(branch, ['packages/architectures/', 'lab/', 'interop/', 'bench/', 'fuzz/']),
    ).to.deep.equal([]);
  });
});

import { plugin as architectures } from '@vmcorekit/architectures';
import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { libvirtSaveContainer, libvirtSaveFormat, plugin } from '@vmcorekit/format-qemu';
import {
  buildLibvirtSave,
  buildQemuStream,
  describeContainer,
  describeFormat,
  headOf,
  openContainer,
  type QemuStreamSpec,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { pattern } from './pattern.ts';

const toolkit = createToolkit([plugin, architectures]);
const block = 'pc.ram';
const spec: QemuStreamSpec = {
  blocks: [{ name: block, sizeInBytes: 0x4000 }],
  parts: [[{ block, offset: 0x1000, page: pattern(1) }]],
  devices: [],
};
const stream = buildQemuStream(spec);
const streamAt = 92 + 200;
const sparse = buildLibvirtSave({
  format: 6,
  dataLength: 200,
  stream: buildQemuStream({
    ...spec,
    capabilities: ['mapped-ram'],
    startsAt: streamAt,
    mappedAt: [{ bitmapAt: 0x800, pagesAt: 0x1000 }],
  }),
});
const holds = [{ address: 0x1000, bytes: pattern(1) }];

describeContainer(libvirtSaveContainer, {
  cases: [
    { title: 'raw', file: buildLibvirtSave({ stream }), holds: { '': stream } },
    {
      title: 'of a big-endian host',
      file: buildLibvirtSave({ stream, byteOrder: 'big' }),
      holds: { '': stream },
    },
    {
      title: 'compressed by gzip',
      file: buildLibvirtSave({ format: 1, stream: Uint8Array.of(0x1f, 0x8b, 8, 1, 2, 3) }),
      holds: { '': Uint8Array.of(0x1f, 0x8b, 8, 1, 2, 3) },
    },
  ],
});

describeFormat(libvirtSaveFormat, { cases: [{ title: 'sparse', files: [sparse], holds }] });

describe('a domain saved by libvirt', () => {
  for (const [what, file] of [
    ['raw', buildLibvirtSave({ stream })],
    ['sparse', sparse],
  ] as const) {
    it(`is opened if it is ${what}, and shows its machine`, async () => {
      using dump = await toolkit.open(new BufferSource(file, 'guest.save'));
      expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(1));
      expect(dump.image.header.get('machine type')).to.equal('pc-i440fx-7.2');
      expect(dump.damage).to.deep.equal([]);
    });
  }

  const xml =
    "<domain type='kvm'>\n  <name>web &amp; mail</name>\n  <uuid>1-2</uuid>\n" +
    "  <memory unit='KiB'>4194304</memory>\n  <vcpu placement='static' current='2'>4</vcpu>\n" +
    "  <os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os>\n</domain>";
  const domain = {
    'domain name': 'web & mail',
    'domain uuid': '1-2',
    'domain memory': '4194304 KiB',
    'domain vcpu': '4',
    'domain machine': 'pc-q35-10.0',
  };

  it('shows what its domain says of itself, raw or sparse', async () => {
    const raw = buildLibvirtSave({ stream, xml, dataLength: 1024 });
    using dump = await toolkit.open(new BufferSource(raw, 'guest.save'));
    expect(Object.fromEntries(dump.containerHeader)).to.deep.equal(domain);
    const startsAt = 92 + 500;
    const mapped = buildQemuStream({
      ...spec,
      capabilities: ['mapped-ram'],
      startsAt,
      mappedAt: [{ bitmapAt: 0x800, pagesAt: 0x1000 }],
    });
    const file = buildLibvirtSave({ format: 6, dataLength: 500, stream: mapped, xml });
    using other = await toolkit.open(new BufferSource(file, 'guest.save'));
    expect(Object.fromEntries(other.image.header)).to.include(domain);
  });

  // The name was that in the comment, the memory `-5 KiB`, the processors a number of 21 digits.
  it('shows nothing out of comments and metadata, and no number that no machine has', async () => {
    const shown = async (odd: string): Promise<unknown> => {
      const file = buildLibvirtSave({ stream, xml: odd, dataLength: 1024 });
      using dump = await toolkit.open(new BufferSource(file, 'guest.save'));
      return Object.fromEntries(dump.containerHeader);
    };
    for (const [odd, wanted] of [
      ['<!-- <name>no</name> --><name>yes</name>', { 'domain name': 'yes' }],
      ['<metadata><name>no</name></metadata><name>yes</name>', { 'domain name': 'yes' }],
      ['<![CDATA[<name>no</name>]]><name>yes</name>', { 'domain name': 'yes' }],
      ['<name>yes</name><!-- <vcpu>4</vcpu>', { 'domain name': 'yes' }],
      ["<memory unit='KiB'>-5</memory><vcpu>999999999999999999999</vcpu>", {}],
      ["<memory unit='KiB'>0</memory><vcpu>two</vcpu>", {}],
      ["<memory unit='KiB'>99999999999999999</memory><vcpu>0</vcpu>", {}],
      ["<memory unit='KiB'></memory>", {}],
    ] as const) {
      expect(await shown(`<domain>${odd}</domain>`), odd).to.deep.equal(wanted);
    }
  });

  it('says nothing of a domain in what is no XML of libvirt, however long it is', async () => {
    for (const odd of [
      '<name>',
      '<name><name>x',
      '<memory '.repeat(2 ** 16),
      '<!--'.repeat(2 ** 16),
      '<metadata>'.repeat(2 ** 15),
      '',
      '\0<name>x</name>',
    ]) {
      const dataLength = Math.max(100, odd.length);
      const file = buildLibvirtSave({ stream, xml: odd, dataLength });
      using dump = await toolkit.open(new BufferSource(file, 'guest.save'));
      expect([...dump.containerHeader], odd.slice(0, 20)).to.deep.equal([]);
    }
  });

  it('is reported as incomplete where libvirt had not finished it', async () => {
    const file = buildLibvirtSave({ stream, magic: 'LibvirtQemudPart' });
    using dump = await toolkit.open(new BufferSource(file, 'guest.save'));
    expect(dump.damage.map(({ name }) => name)).to.deep.equal(['incomplete']);
  });

  it('is refused where its lengths or kind cannot be', async () => {
    const failure = async (file: Uint8Array): Promise<string> =>
      openContainer(libvirtSaveContainer, file).then(
        () => 'opened',
        (error: unknown) => (isVmcorekitError(error) ? error.code : 'another error'),
      );
    const long = buildLibvirtSave({ stream });
    new DataView(long.buffer).setUint32(20, 0x7fff_ffff, true);
    expect(await failure(long)).to.equal('malformed');
    expect(await failure(buildLibvirtSave({ stream, version: 3 }))).to.equal('unsupported');
    expect(await failure(long.subarray(0, 91))).to.equal('truncated');
  });

  // All were "no format claims this file".
  for (const [what, file, message] of [
    [
      'of an image format that is not known',
      buildLibvirtSave({ stream, format: 9 }),
      'a saved libvirt domain of image format 9 (at offset 28), not from 0 to 6: restore it paused',
    ],
    [
      'without room for the XML',
      buildLibvirtSave({ stream, dataLength: 0 }),
      'libvirt save header at 0x14: data_len is 0x0, wanted from 1 to ',
    ],
    [
      'that is cut within its header',
      buildLibvirtSave({ stream }).subarray(0, 50),
      'libvirt save header at 0x0: wanted 92 bytes, got 50',
    ],
  ] as const) {
    it(`is named, and what is wrong with it, if it is one ${what}`, async () => {
      expect(libvirtSaveContainer.probe(headOf(file))?.because).to.include('LibvirtQemudSave');
      expect(libvirtSaveFormat.probe(headOf(file))).to.equal(undefined);
      const failure = await toolkit.open(new BufferSource(file, 'guest.save')).then(
        () => 'opened',
        (error: unknown) => String(error),
      );
      expect(failure).to.include(message);
    });
  }
});

import { listGuests } from '@vmcorekit/lab/commands';
import { machines } from '@vmcorekit/lab/guests/machines';
import { guestNamed, guests } from '@vmcorekit/lab/guests/table';
import { buildInitScript } from '@vmcorekit/lab/initramfs/init-script';
import { expect } from 'chai';

describe('the table of guests', () => {
  it('names each guest once, in words that may be a folder', () => {
    const names = guests.map((guest) => guest.name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) {
      expect(name).to.match(/^[a-z0-9][a-z0-9.-]*$/);
      expect(['cache', 'check']).not.to.include(name);
    }
  });

  it('makes the flattened dump before the plain one that is made of it', () => {
    for (const { name, formats } of guests) {
      const plain = formats.indexOf('kdump-raw-zlib');
      expect(plain < 0 || formats.slice(0, plain).includes('kdump-zlib'), name).to.equal(true);
    }
  });

  it('waits for as many truths as the guest has kernels', () => {
    for (const { name, ready, kernels } of guests) {
      const blocks = 'truthBlocks' in ready ? ready.truthBlocks : 0;
      expect(blocks, name).to.equal(kernels.length);
    }
  });

  it('has a balloon device and its driver wherever memory is taken back', () => {
    const ballooned = guests.filter((guest) => guest.balloonToMebibytes !== undefined);
    expect(ballooned).to.have.length.above(0);
    for (const guest of ballooned) {
      expect(guest.devices.some((device) => device.startsWith('virtio-balloon'))).to.equal(true);
      expect(guest.modules).to.include('virtio_balloon');
    }
  });

  it('loads the driver that reports the note to QEMU’s vmcoreinfo device', () => {
    for (const guest of guests.filter(({ devices }) => devices.includes('vmcoreinfo'))) {
      expect(guest.modules, guest.name).to.include('qemu_fw_cfg');
    }
  });

  it('has guests of every machine that the laboratory knows', () => {
    const present = new Set(guests.map(({ architecture }) => architecture));
    expect([...present].sort()).to.deep.equal(Object.keys(machines).sort());
  });

  it('prints to a terminal that the guest’s machine has', () => {
    for (const { name, architecture, commandLine, xenType } of guests.filter(
      ({ kernel }) => kernel,
    )) {
      const wanted = { aarch64: 'ttyAMA0', arm: 'ttyAMA0', ppc64le: 'hvc0' }[
        architecture as string
      ];
      const terminal = xenType !== null ? 'hvc0' : (wanted ?? 'ttyS0');
      expect(commandLine[0], name).to.equal(`console=${terminal}`);
    }
  });

  it('lists one guest a line', () => {
    expect(listGuests().trimEnd().split('\n')).to.have.length(guests.length);
  });

  it('names the guests there are when asked for one there is not', () => {
    expect(() => guestNamed('stranger')).to.throw(
      'no guest is named stranger; there are seabios-nokaslr, ',
    );
  });
});

describe('the guests under load', () => {
  const loaded = guests.filter(({ load }) => load !== undefined);

  it('save their /proc before they panic, and are dumped only after that', () => {
    expect(loaded).to.have.length.above(0);
    for (const { name, afterTruth, ready, capturedFormats } of loaded) {
      const mark = capturedFormats.length > 0 ? 'LAB-VMCORE-COPIED=' : 'LAB-PROC-SAVED';
      expect(ready, name).to.have.property('consoleText', mark);
      const crash = afterTruth.indexOf('sysrq-trigger');
      const saves = afterTruth.indexOf('save.py');
      expect(saves, name).to.be.above(0);
      expect(crash < 0 || crash > saves, name).to.equal(true);
    }
  });

  it('are called crashed exactly where they panic', () => {
    for (const { name, load, kernels } of loaded) {
      expect(kernels, name).to.deep.equal([load?.panic === undefined ? 'running' : 'crashed']);
    }
  });
});

describe("a guest's init script", () => {
  it('prints the truth after what comes before it and before what comes after it', () => {
    const script = buildInitScript({
      modules: ['qemu_fw_cfg'],
      modulesIfPresent: ['overlay'],
      beforeTruth: 'echo early',
      afterTruth: 'echo late',
      inSecondKernel: '',
      tellsSymbolTable: false,
    });
    const places = [
      'insmod /lab/modules/qemu_fw_cfg.ko',
      'for file in /lab/modules/*.ko',
      'echo early',
      'LAB-TRUTH-BEGIN',
      'LAB-TRUTH-END',
      'echo late',
    ];
    const offsets = places.map((place) => script.indexOf(place));
    expect(offsets).to.deep.equal([...offsets].sort((a, b) => a - b));
    expect(offsets[0]).to.be.above(0);
  });
});

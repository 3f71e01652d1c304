/** The drivers of a virtio device on PCI, in order of loading. */
export const virtioPci: readonly string[] = [
  'virtio_ring',
  'virtio',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
];

/** The drivers of a virtio disk, in order of loading. */
export const virtioDisk: readonly string[] = [...virtioPci, 'virtio_blk'];

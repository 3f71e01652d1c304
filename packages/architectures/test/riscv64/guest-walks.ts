/** Virtual address, physical address, mapping size, rights, then place and value of each entry. */
export type GuestWalk = readonly [
  bigint,
  number,
  number,
  string,
  readonly (readonly [number, bigint])[],
];

/** A guest's root, and walks from it. */
export interface KnownGuest {
  readonly what: string;
  readonly levels: 3 | 4 | 5;
  readonly root: number;
  readonly walks: readonly GuestWalk[];
}

/**
 * Debian guests of Linux 6.12 (QEMU 7.2, `-cpu rv64`, no5lvl and no4lvl for fewer levels) and 7.2.
 * The symbols are at these addresses by the guests' own kallsyms and /proc/iomem: `_stext`, the
 * last word of the text, `linux_banner`, `swapper_pg_dir`. Then come two places of the linear map.
 */
export const guests: readonly KnownGuest[] = [
  {
    what: '6.12 with Sv39',
    levels: 3,
    root: 0x81fc_b000,
    walks: [
      [
        0xffff_ffff_8000_2000n,
        0x8020_2000,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff0, 0x23ff_f401n],
          [0x8fff_d000, 0x2008_00ebn],
        ],
      ],
      [
        0xffff_ffff_80a8_1598n,
        0x80c8_1598,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff0, 0x23ff_f401n],
          [0x8fff_d028, 0x2030_00ebn],
        ],
      ],
      [
        0xffff_ffff_8114_9320n,
        0x8134_9320,
        0x20_0000,
        '---',
        [
          [0x81fc_bff0, 0x23ff_f401n],
          [0x8fff_d040, 0x2048_00e3n],
        ],
      ],
      [
        0xffff_ffff_81dc_b000n,
        0x81fc_b000,
        0x20_0000,
        'w--',
        [
          [0x81fc_bff0, 0x23ff_f401n],
          [0x8fff_d070, 0x2078_00e7n],
        ],
      ],
      [
        0xffff_ffd6_0020_0000n,
        0x8020_0000,
        0x20_0000,
        '---',
        [
          [0x81fc_bac0, 0x23ff_fc01n],
          [0x8fff_f008, 0x2008_00e3n],
        ],
      ],
      [
        0xffff_ffd6_0800_0123n,
        0x8800_0123,
        0x20_0000,
        'w--',
        [
          [0x81fc_bac0, 0x23ff_fc01n],
          [0x8fff_f200, 0x2200_00e7n],
        ],
      ],
    ],
  },
  {
    what: '6.12 with Sv48',
    levels: 4,
    root: 0x81fc_b000,
    walks: [
      [
        0xffff_ffff_8000_2000n,
        0x8020_2000,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b000, 0x2008_00ebn],
        ],
      ],
      [
        0xffff_ffff_80a8_1598n,
        0x80c8_1598,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b028, 0x2030_00ebn],
        ],
      ],
      [
        0xffff_ffff_8114_9320n,
        0x8134_9320,
        0x20_0000,
        '---',
        [
          [0x81fc_bff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b040, 0x2048_00e3n],
        ],
      ],
      [
        0xffff_ffff_81dc_b000n,
        0x81fc_b000,
        0x20_0000,
        'w--',
        [
          [0x81fc_bff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b070, 0x2078_00e7n],
        ],
      ],
      [
        0xffff_af80_0020_0000n,
        0x8020_0000,
        0x20_0000,
        '---',
        [
          [0x81fc_baf8, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e008, 0x2008_00e3n],
        ],
      ],
      [
        0xffff_af80_0800_0123n,
        0x8800_0123,
        0x20_0000,
        'w--',
        [
          [0x81fc_baf8, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e200, 0x2200_00e7n],
        ],
      ],
    ],
  },
  {
    what: '6.12 with Sv57',
    levels: 5,
    root: 0x81fc_b000,
    walks: [
      [
        0xffff_ffff_8000_2000n,
        0x8020_2000,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff8, 0x23ff_ec01n],
          [0x8fff_bff8, 0x23ff_e801n],
          [0x8fff_aff0, 0x23ff_e401n],
          [0x8fff_9000, 0x2008_00ebn],
        ],
      ],
      [
        0xffff_ffff_80a8_1598n,
        0x80c8_1598,
        0x20_0000,
        '-x-',
        [
          [0x81fc_bff8, 0x23ff_ec01n],
          [0x8fff_bff8, 0x23ff_e801n],
          [0x8fff_aff0, 0x23ff_e401n],
          [0x8fff_9028, 0x2030_00ebn],
        ],
      ],
      [
        0xffff_ffff_8114_9320n,
        0x8134_9320,
        0x20_0000,
        '---',
        [
          [0x81fc_bff8, 0x23ff_ec01n],
          [0x8fff_bff8, 0x23ff_e801n],
          [0x8fff_aff0, 0x23ff_e401n],
          [0x8fff_9040, 0x2048_00e3n],
        ],
      ],
      [
        0xffff_ffff_81dc_b000n,
        0x81fc_b000,
        0x20_0000,
        'w--',
        [
          [0x81fc_bff8, 0x23ff_ec01n],
          [0x8fff_bff8, 0x23ff_e801n],
          [0x8fff_aff0, 0x23ff_e401n],
          [0x8fff_9070, 0x2078_00e7n],
        ],
      ],
      [
        0xff60_0000_0020_0000n,
        0x8020_0000,
        0x20_0000,
        '---',
        [
          [0x81fc_bb00, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e000, 0x23ff_f401n],
          [0x8fff_d008, 0x2008_00e3n],
        ],
      ],
      [
        0xff60_0000_0800_0123n,
        0x8800_0123,
        0x20_0000,
        'w--',
        [
          [0x81fc_bb00, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e000, 0x23ff_f401n],
          [0x8fff_d200, 0x2200_00e7n],
        ],
      ],
    ],
  },
  {
    what: '7.2 with Sv48',
    levels: 4,
    root: 0x8250_7000,
    walks: [
      [
        0xffff_ffff_8000_2000n,
        0x8020_2000,
        0x20_0000,
        '-x-',
        [
          [0x8250_7ff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b000, 0x2008_00ebn],
        ],
      ],
      [
        0xffff_ffff_80dd_34d8n,
        0x80fd_34d8,
        0x20_0000,
        '-x-',
        [
          [0x8250_7ff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b030, 0x2038_00ebn],
        ],
      ],
      [
        0xffff_ffff_813a_17b0n,
        0x815a_17b0,
        0x20_0000,
        '---',
        [
          [0x8250_7ff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b048, 0x2050_00e3n],
        ],
      ],
      [
        0xffff_ffff_8230_7000n,
        0x8250_7000,
        0x20_0000,
        'w--',
        [
          [0x8250_7ff8, 0x23ff_f001n],
          [0x8fff_cff0, 0x23ff_ec01n],
          [0x8fff_b088, 0x2090_00e7n],
        ],
      ],
      [
        0xffff_af80_0020_0000n,
        0x8020_0000,
        0x20_0000,
        '---',
        [
          [0x8250_7af8, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e008, 0x2008_00e3n],
        ],
      ],
      [
        0xffff_af80_0800_0123n,
        0x8800_0123,
        0x20_0000,
        'w--',
        [
          [0x8250_7af8, 0x23ff_fc01n],
          [0x8fff_f000, 0x23ff_f801n],
          [0x8fff_e200, 0x2200_00e7n],
        ],
      ],
    ],
  },
];

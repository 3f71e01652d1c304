/** Virtual address, physical address, mapping size, rights, then place and value of each entry. */
export type GuestWalk = readonly [
  bigint,
  number,
  number,
  string,
  readonly (readonly [number, bigint])[],
];

/** A guest's ASCE, and walks from it. */
export interface KnownGuest {
  readonly what: string;
  readonly asce: bigint;
  readonly walks: readonly GuestWalk[];
}

/**
 * Debian guests of Linux 6.1 and 7.2 (QEMU 7.2, `-cpu max`). The symbols are at these addresses by
 * the guests' own /proc/kallsyms, VMCOREINFO and /proc/iomem: `_stext`, the last word of the text,
 * `kallsyms_names`, `swapper_pg_dir`. Then come the lowcore and two places of the identity map.
 */
export const guests: readonly KnownGuest[] = [
  {
    what: '6.1, virtual addresses are physical',
    asce: 0x129_0007n,
    walks: [
      [
        0x10_0000n,
        0x10_0000,
        0x1000,
        '-x-',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0008, 0xfff_e800n],
          [0xfff_e800, 0x10_021dn],
        ],
      ],
      [
        0xae_0ff8n,
        0xae_0ff8,
        0x1000,
        '-x-',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0050, 0xffe_c000n],
          [0xffe_c700, 0xae_021dn],
        ],
      ],
      [
        0xb8_2900n,
        0xb8_2900,
        0x1000,
        '---',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0058, 0xffe_b800n],
          [0xffe_bc10, 0xb8_231dn],
        ],
      ],
      [
        0x129_0000n,
        0x129_0000,
        0x1000,
        'w--',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0090, 0xffe_8000n],
          [0xffe_8480, 0x129_013dn],
        ],
      ],
      [
        0x388n,
        0x388,
        0x1000,
        'wx-',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0000, 0xfff_f000n],
          [0xfff_f000, 0x3dn],
        ],
      ],
      [
        0x800_0123n,
        0x800_0123,
        0x1000,
        'w--',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0400, 0xffb_1000n],
          [0xffb_1000, 0x800_013dn],
        ],
      ],
      [
        0xaa_5ff8n,
        0xaa_5ff8,
        0x1000,
        '-x-',
        [
          [0x129_0000, 0xfff_0007n],
          [0xfff_0050, 0xffe_c000n],
          [0xffe_c528, 0xaa_521dn],
        ],
      ],
    ],
  },
  {
    what: '7.2',
    asce: 0x255_4007n,
    walks: [
      [
        0x3ff_fe4a_8000n,
        0xaa_8000,
        0x1000,
        '-x-',
        [
          [0x255_7ff8, 0xfde_c007n],
          [0xfde_ff20, 0xfde_b001n],
          [0xfde_b540, 0xaa_821dn],
        ],
      ],
      [
        0x3ff_ff28_5ff8n,
        0x188_5ff8,
        0x1000,
        '-x-',
        [
          [0x255_7ff8, 0xfde_c007n],
          [0xfde_ff90, 0xfdd_d001n],
          [0xfdd_d428, 0x188_521dn],
        ],
      ],
      [
        0x3ff_ff31_1af8n,
        0x191_1af8,
        0x1000,
        '---',
        [
          [0x255_7ff8, 0xfde_c007n],
          [0xfde_ff98, 0xfdd_c001n],
          [0xfdd_c088, 0x191_131dn],
        ],
      ],
      [
        0x3ff_fff5_4000n,
        0x255_4000,
        0x1000,
        'w--',
        [
          [0x255_7ff8, 0xfde_c007n],
          [0xfde_fff8, 0xfdd_0001n],
          [0xfdd_02a0, 0x255_413dn],
        ],
      ],
      [
        0x388n,
        0x388,
        0x1000,
        'wx-',
        [
          [0x255_4000, 0xfef_0007n],
          [0xfef_0000, 0xfee_f001n],
          [0xfee_f000, 0x3dn],
        ],
      ],
      [
        0x800_0123n,
        0x800_0123,
        0x1000,
        'w--',
        [
          [0x255_4000, 0xfef_0007n],
          [0xfef_0400, 0xfe6_f001n],
          [0xfe6_f000, 0x800_013dn],
        ],
      ],
      [
        0xaa_5ff8n,
        0xaa_5ff8,
        0x1000,
        '-x-',
        [
          [0x255_4000, 0xfef_0007n],
          [0xfef_0050, 0xfee_5001n],
          [0xfee_5528, 0xaa_521dn],
        ],
      ],
    ],
  },
];

/** Granule in KiB, address bits, virtual address, an index a level, the leaf, physical address. */
export type KnownWalk = readonly [4 | 16 | 64, number, bigint, readonly number[], bigint, number];

/**
 * One address for each size of page and block of each shape, with low and with high output
 * addresses. The indices follow from the input address bits that resolve each level, the addresses
 * from the descriptor formats: Arm Architecture Reference Manual, DDI 0487, D8.2 "Translation
 * process" (4 KiB: 51:48, 47:39, 38:30, 29:21, 20:12; 16 KiB: 51:47, 46:36, 35:25, 24:14; 64 KiB:
 * 51:42, 41:29, 28:16; the top level takes those that TnSZ leaves) and D8.3 "Translation table
 * descriptor formats" (which levels hold blocks; 51:48 in bits 15:12 with 64 KiB, 51:50 in 9:8 with
 * FEAT_LPA2). They were computed from these tables by a script that shares no code with this
 * library.
 */
export const walksOfTheManual: readonly KnownWalk[] = [
  [4, 48, 0xffff_9daa_1b59_1d75n, [315, 168, 218, 401], 0x0040_00c1_b3dc_a483n, 0x00c1_b3dc_ad75],
  [4, 48, 0xffff_86f0_a6ec_39c1n, [269, 450, 311, 195], 0x0060_3f37_f0ba_e403n, 0x3f37_f0ba_e9c1],
  [4, 48, 0xffff_bc31_4567_ceb1n, [376, 197, 43], 0x0040_004a_4160_0481n, 0x004a_4167_ceb1],
  [4, 48, 0xffff_1297_bbeb_508fn, [37, 94, 479], 0x0060_7322_a880_0401n, 0x7322_a88b_508f],
  [4, 48, 0xffff_7774_4d90_9eb2n, [238, 465], 0x0040_00df_8000_0481n, 0x00df_8d90_9eb2],
  [4, 48, 0xffff_64d0_658c_6762n, [201, 321], 0x0060_e8af_c000_0401n, 0xe8af_e58c_6762],
  [
    4,
    52,
    0xfff4_375d_1e4f_6f2an,
    [4, 110, 372, 242, 246],
    0x0040_00de_3927_f483n,
    0x00de_3927_ff2a,
  ],
  [
    4,
    52,
    0xfff5_0cef_e6c6_48e7n,
    [5, 25, 447, 310, 100],
    0x0060_ecf4_5ba8_0703n,
    0x000c_ecf4_5ba8_08e7,
  ],
  [4, 52, 0xfff5_c54e_42a9_ba21n, [5, 394, 313, 21], 0x0040_00a1_cde0_0481n, 0x00a1_cde9_ba21],
  [
    4,
    52,
    0xfff8_42a2_a1b4_ba07n,
    [8, 133, 138, 269],
    0x0062_93a9_2640_0401n,
    0x0002_93a9_2654_ba07,
  ],
  [4, 52, 0xfffa_a59c_8d24_2349n, [10, 331, 114], 0x0040_0046_8000_0481n, 0x0046_8d24_2349],
  [4, 52, 0xfff0_2b70_2a3a_0c78n, [0, 86, 448], 0x0061_1e76_8000_0401n, 0x0001_1e76_aa3a_0c78],
  [4, 52, 0xfff9_8466_1f7e_a79cn, [9, 264], 0x0040_0000_0000_0481n, 0x0066_1f7e_a79c],
  [4, 52, 0xfff4_6287_154d_1eb0n, [4, 197], 0x0061_aa00_0000_0701n, 0x000d_aa07_154d_1eb0],
  [4, 39, 0xffff_ffb0_fa5e_2d63n, [195, 466, 482], 0x0040_0095_6757_4483n, 0x0095_6757_4d63],
  [4, 39, 0xffff_fff7_fd8c_fe33n, [479, 492, 207], 0x0060_e57b_704b_3403n, 0xe57b_704b_3e33],
  [4, 39, 0xffff_ff8c_9b87_2a76n, [50, 220], 0x0040_00a4_df60_0481n, 0x00a4_df67_2a76],
  [4, 39, 0xffff_fff1_afd7_98c2n, [454, 382], 0x0060_942a_1c80_0401n, 0x942a_1c97_98c2],
  [4, 39, 0xffff_ffd1_96ce_3859n, [326], 0x0040_005d_8000_0481n, 0x005d_96ce_3859],
  [4, 39, 0xffff_ffee_2e62_fe86n, [440], 0x0060_bf3b_0000_0401n, 0xbf3b_2e62_fe86],
  [64, 52, 0xfff7_c93a_dff2_7e9fn, [498, 2518, 8178], 0x0040_00ac_8387_0483n, 0x00ac_8387_7e9f],
  [
    64,
    52,
    0xfff4_5552_319f_69e3n,
    [277, 2705, 4511],
    0x0060_fc62_73dd_9403n,
    0x0009_fc62_73dd_69e3,
  ],
  [64, 52, 0xfff7_c17d_37db_2982n, [496, 3049], 0x0040_0048_c000_0481n, 0x0048_d7db_2982],
  [64, 52, 0xfff4_12ec_801f_772dn, [260, 5988], 0x0060_f05f_0000_1401n, 0x0001_f05f_001f_772d],
  [64, 52, 0xffff_fcd8_d170_d65an, [1023], 0x0040_0000_0000_0481n, 0x00d8_d170_d65a],
  [64, 52, 0xfff1_e479_47d9_e875n, [121], 0x0060_9400_0000_2401n, 0x0002_9479_47d9_e875],
  [64, 48, 0xffff_6970_bd87_00ebn, [26, 2949, 7559], 0x0040_00af_1d26_0483n, 0x00af_1d26_00eb],
  [64, 48, 0xffff_9600_8698_8190n, [37, 4100, 1688], 0x0060_cd92_17cd_6403n, 0x0006_cd92_17cd_8190],
  [64, 48, 0xffff_f949_7afd_f260n, [62, 2635], 0x0040_002b_a000_0481n, 0x002b_bafd_f260],
  [64, 48, 0xffff_62fe_88eb_f5e6n, [24, 6132], 0x0060_f3d0_6000_4401n, 0x0004_f3d0_68eb_f5e6],
  [64, 48, 0xffff_75b7_7c20_8071n, [29], 0x0040_0000_0000_0481n, 0x01b7_7c20_8071],
  [64, 48, 0xffff_d3a1_986f_3042n, [52], 0x0060_1800_0000_4401n, 0x0004_1ba1_986f_3042],
  [64, 42, 0xffff_fd93_797a_05abn, [3227, 6522], 0x0040_0073_3c7b_0483n, 0x0073_3c7b_05ab],
  [64, 42, 0xffff_fe76_dd8e_5608n, [5046, 7566], 0x0060_d32d_f063_7403n, 0x0007_d32d_f063_5608],
  [64, 42, 0xffff_fe46_1102_c9f5n, [4656], 0x0040_007d_2000_0481n, 0x007d_3102_c9f5],
  [64, 42, 0xffff_fd11_b416_aad9n, [2189], 0x0060_0ffe_8000_7401n, 0x0007_0ffe_9416_aad9],
  [16, 47, 0xffff_e9a5_04e4_217bn, [1690, 642, 912], 0x0040_0067_b473_c483n, 0x0067_b473_e17b],
  [16, 47, 0xffff_fe5d_f1a5_8c2en, [2021, 1784, 1686], 0x0060_0552_6c50_c403n, 0x0552_6c50_cc2e],
  [16, 47, 0xffff_dad8_58f5_2363n, [1453, 1068], 0x0040_005e_9000_0481n, 0x005e_90f5_2363],
  [16, 47, 0xffff_bc4b_f06b_36b1n, [964, 1528], 0x0060_5b08_4200_0401n, 0x5b08_426b_36b1],
  [16, 52, 0xfff8_7b31_4d62_8fedn, [16, 1971, 166, 1418], 0x0040_000a_304f_4483n, 0x000a_304f_4fed],
  [
    16,
    52,
    0xfff8_f547_a0df_f8d3n,
    [17, 1876, 976, 895],
    0x0060_c368_7821_4703n,
    0x000c_c368_7821_78d3,
  ],
  [16, 52, 0xfff1_8698_418e_0b03n, [3, 105, 1056], 0x0040_0019_6200_0481n, 0x0019_638e_0b03],
  [16, 52, 0xfff3_1407_08e7_43c2n, [6, 320, 900], 0x0060_6728_4e00_0401n, 0x6728_4ee7_43c2],
  [16, 52, 0xfff0_017e_fb9f_b699n, [0, 23], 0x0040_0080_0000_0481n, 0x008e_fb9f_b699],
  [16, 52, 0xfff8_585c_4857_6b8dn, [16, 1413], 0x0060_dfb0_0000_0701n, 0x000c_dfbc_4857_6b8d],
  [16, 48, 0xffff_fd63_5bb7_f552n, [1, 2006, 429, 1759], 0x0040_001d_4064_8483n, 0x001d_4064_b552],
  [16, 48, 0xffff_f4d9_08fe_eac8n, [1, 1869, 1156, 1019], 0x0060_c663_256d_4403n, 0xc663_256d_6ac8],
  [16, 48, 0xffff_0074_32f4_39e7n, [0, 7, 537], 0x0040_0040_3a00_0481n, 0x0040_3af4_39e7],
  [16, 48, 0xffff_802b_df7b_ae22n, [1, 2, 1519], 0x0060_2eb1_4200_0401n, 0x2eb1_437b_ae22],
  [16, 36, 0xffff_fff3_3fa4_4a68n, [415, 1681], 0x0040_00ae_9a9a_c483n, 0x00ae_9a9a_ca68],
  [16, 36, 0xffff_fff5_eac9_9f4en, [757, 806], 0x0060_b8ae_4a97_8403n, 0xb8ae_4a97_9f4e],
  [16, 36, 0xffff_fffe_c2f7_70aen, [1889], 0x0040_0008_5e00_0481n, 0x0008_5ef7_70ae],
  [16, 36, 0xffff_fffe_8fa5_2057n, [1863], 0x0060_bdc3_9800_0401n, 0xbdc3_99a5_2057],
];

/** Virtual address, physical address, mapping size, rights, then place and value of each entry. */
export type GuestWalk = readonly [
  bigint,
  number,
  number,
  string,
  readonly (readonly [number, bigint])[],
];

/** The root of the guest below: its swapper_pg_dir. */
export const guestRoot = 0x4157_b000;

/**
 * A Debian guest of Linux 6.1 (arm64, cortex-a72 under QEMU 7.2). `_stext` and `swapper_pg_dir` are
 * at these addresses by the guest's own kallsyms and /proc/iomem.
 */
export const walksOfGuest: readonly GuestWalk[] = [
  // _stext, the last word of the text, swapper_pg_dir, the data.
  [
    0xffff_aee4_7281_0000n,
    0x4021_0000,
    0x1000,
    '-x-',
    [
      [0x4157_bae8, 0x1000_0000_4fff_f003n],
      [0x4fff_fc88, 0x1000_0000_4fff_e003n],
      [0x4fff_eca0, 0x1000_0000_4fff_d003n],
      [0x4fff_d080, 0x00d0_0000_4021_0f83n],
    ],
  ],
  [
    0xffff_aee4_733c_fff8n,
    0x40dc_fff8,
    0x1000,
    '-x-',
    [
      [0x4157_bae8, 0x1000_0000_4fff_f003n],
      [0x4fff_fc88, 0x1000_0000_4fff_e003n],
      [0x4fff_ecc8, 0x1000_0000_4fff_c003n],
      [0x4fff_ce78, 0x00d0_0000_40dc_ff83n],
    ],
  ],
  [
    0xffff_aee4_73b7_b000n,
    0x4157_b000,
    0x1000,
    '---',
    [
      [0x4157_bae8, 0x1000_0000_4fff_f003n],
      [0x4fff_fc88, 0x1000_0000_4fff_e003n],
      [0x4fff_ece8, 0x1000_0000_4fff_b003n],
      [0x4fff_bbd8, 0x00e0_0000_4157_bf83n],
    ],
  ],
  [
    0xffff_aee4_7400_0000n,
    0x41a0_0000,
    0x20_0000,
    'w--',
    [
      [0x4157_bae8, 0x1000_0000_4fff_f003n],
      [0x4fff_fc88, 0x1000_0000_4fff_e003n],
      [0x4fff_ed00, 0x00e8_0000_41a0_0f01n],
    ],
  ],
  // The linear map: the text is read-only there, other memory writable.
  [
    0xffff_2c85_c021_0000n,
    0x4021_0000,
    0x1000,
    '---',
    [
      [0x4157_b2c8, 0x1800_0000_4fff_8003n],
      [0x4fff_80b8, 0x1800_0000_4fff_7003n],
      [0x4fff_7008, 0x1800_0000_4fff_5003n],
      [0x4fff_5080, 0x00e0_0000_4021_0f83n],
    ],
  ],
  [
    0xffff_2c85_c815_f123n,
    0x4815_f123,
    0x1000,
    'w--',
    [
      [0x4157_b2c8, 0x1800_0000_4fff_8003n],
      [0x4fff_80b8, 0x1800_0000_4fff_7003n],
      [0x4fff_7200, 0x1800_0000_4ffb_e003n],
      [0x4ffb_eaf8, 0x00e8_0000_4815_ff07n],
    ],
  ],
  // The entry trampoline, the device tree, a device's registers, vmemmap.
  [
    0xffff_fbff_fdbf_6000n,
    0x4157_4000,
    0x1000,
    '-x-',
    [
      [0x4157_bfb8, 0x41bf_c003n],
      [0x41bf_cff8, 0x41bf_d003n],
      [0x41bf_df68, 0x41bf_e003n],
      [0x41bf_efb0, 0x00c0_0000_4157_4783n],
    ],
  ],
  [
    0xffff_fbff_fdc0_0010n,
    0x4820_0010,
    0x20_0000,
    '---',
    [
      [0x4157_bfb8, 0x41bf_c003n],
      [0x41bf_cff8, 0x41bf_d003n],
      [0x41bf_df70, 0x00e0_0000_4820_0f81n],
    ],
  ],
  [
    0xffff_8000_1000_0000n,
    0x40_1000_0000,
    0x20_0000,
    'w--',
    [
      [0x4157_b800, 0x1000_0000_4215_e003n],
      [0x4215_e000, 0x1000_0000_4215_f003n],
      [0x4215_f400, 0x0068_0040_1000_0f0dn],
    ],
  ],
  [
    0xffff_fcb2_1700_0040n,
    0x4fa0_0040,
    0x20_0000,
    'w--',
    [
      [0x4157_bfc8, 0x1000_0000_4ff5_b003n],
      [0x4ff5_b640, 0x1000_0000_4ff5_a003n],
      [0x4ff5_a5c0, 0x0060_0000_4fa0_0f01n],
    ],
  ],
];

/** Type of the ASCE (levels - 2), virtual address, an index a level, the leaf, physical address. */
export type KnownWalk = readonly [0 | 1 | 2 | 3, bigint, readonly number[], bigint, number];

/**
 * Five addresses for each size of page of each type of address space, with low and with high
 * physical addresses. The indices follow from the parts of a virtual address (RFX: 0-10, RSX:
 * 11-21, RTX: 22-32, SX: 33-43, PX: 44-51), the addresses from the entries (page-frame real
 * address: 0-51; segment-frame absolute address: 0-43; region-frame absolute address: 0-32; format
 * control: 53, protection: 54, instruction-execution protection: 55). Bits count from the left.
 * Source: z/Architecture Principles of Operation, SA22-7832-13, chapter 3, "Virtual-Address
 * Format", "Region-Table Entries", "Segment-Table Entries", "Page-Table Entries". They were
 * computed from these formats by a script that shares no code with this library.
 */
export const walksOfTheManual: readonly KnownWalk[] = [
  [0, 0x2c6_e7d0n, [44, 110], 0x2_37e5_315d_4000n, 0x2_37e5_315d_47d0],
  [0, 0x2283_8d74n, [552, 56], 0x3_834c_a100n, 0x3_834c_ad74],
  [0, 0x4cb_cd38n, [76, 188], 0x5_0b13_1edf_2200n, 0x5_0b13_1edf_2d38],
  [0, 0x17fc_2cban, [383, 194], 0x5_867a_6733_6000n, 0x5_867a_6733_6cba],
  [0, 0x47d0_ed23n, [1149, 14], 0x1_2ee5_ac0c_3100n, 0x1_2ee5_ac0c_3d23],
  [0, 0x36f2_016cn, [879], 0x2b_6f00_0500n, 0x2b_6f02_016c],
  [0, 0x73c1_6d11n, [1852], 0x3e_c510_0600n, 0x3e_c511_6d11],
  [0, 0x3eea_c776n, [1006], 0xe_42bc_dbc0_0400n, 0xe_42bc_dbca_c776],
  [0, 0x6fed_2416n, [1790], 0xc_7cc0_0600n, 0xc_7ccd_2416],
  [0, 0x39bc_db6dn, [923], 0x1_8f00_50b0_0400n, 0x1_8f00_50bc_db6d],
  [1, 0x104_cbd2_6124n, [521, 1213, 38], 0x3_c04a_dc00_5200n, 0x3_c04a_dc00_5124],
  [1, 0x30d_99d8_3ef8n, [1563, 413, 131], 0x27_901f_1200n, 0x27_901f_1ef8],
  [1, 0x73_cc14_28c2n, [231, 1217, 66], 0x27_50be_f100n, 0x27_50be_f8c2],
  [1, 0x3fe_5908_5bf3n, [2044, 1424, 133], 0x3b_8faf_8300n, 0x3b_8faf_8bf3],
  [1, 0x90_4deb_2496n, [288, 1246, 178], 0x37_a96a_6100n, 0x37_a96a_6496],
  [1, 0xf9_d44e_e5edn, [499, 1348], 0x3_6cd0_0400n, 0x3_6cde_e5ed],
  [1, 0x201_9b41_2396n, [1027, 436], 0x5_bd10_0600n, 0x5_bd11_2396],
  [1, 0x33f_07a8_ac6fn, [1662, 122], 0xc_9ff8_3ba0_0400n, 0xc_9ff8_3ba8_ac6f],
  [1, 0x3c8_1103_90f4n, [1936, 272], 0xc99b_eac0_0500n, 0xc99b_eac3_90f4],
  [1, 0x2c4_0bb6_0b13n, [1416, 187], 0x2e_2610_0400n, 0x2e_2616_0b13],
  [1, 0x214_135e_11b3n, [1064], 0x36_8000_0404n, 0x36_935e_11b3],
  [1, 0x1e8_5e32_0b08n, [976], 0x6_bc59_8000_0604n, 0x6_bc59_de32_0b08],
  [1, 0x123_2e86_cf97n, [582], 0x39_8000_0404n, 0x39_ae86_cf97],
  [1, 0x24c_0e87_00fcn, [1176], 0x4_0000_0604n, 0x4_0e87_00fc],
  [1, 0x4c_9e36_010bn, [153], 0x21_8000_0504n, 0x21_9e36_010b],
  [2, 0x2_dbd9_a395_91d9n, [182, 1971, 569, 89], 0x18_fa56_8100n, 0x18_fa56_81d9],
  [2, 0xc_4c4b_c644_eae5n, [787, 151, 1124, 78], 0x24_60d3_b100n, 0x24_60d3_bae5],
  [2, 0x9_47b5_b730_dbd5n, [593, 1899, 883, 13], 0x4_03a0_3200n, 0x4_03a0_3bd5],
  [2, 0x9_ddd2_924a_41een, [631, 933, 292, 164], 0x2_03ec_4ba1_4100n, 0x2_03ec_4ba1_41ee],
  [2, 0xf_cb35_95df_037an, [1010, 1643, 349, 240], 0x37_ed8f_6200n, 0x37_ed8f_637a],
  [2, 0x6_afb0_44de_84f7n, [427, 1888, 1101], 0x6_d389_7800_0600n, 0x6_d389_780e_84f7],
  [2, 0x1b_c253_4f94_2c7dn, [1776, 1190, 1273], 0x19_0ca0_0400n, 0x19_0ca4_2c7d],
  [2, 0x13_4fe6_d0bf_e84an, [1235, 1997, 1291], 0x8_bc4c_c950_0400n, 0x8_bc4c_c95f_e84a],
  [2, 0x5_e21f_f7f1_e91cn, [376, 1087, 1919], 0x6_1144_1f10_0400n, 0x6_1144_1f11_e91c],
  [2, 0x1f_77ca_0d53_b933n, [2013, 1940, 213], 0x3_16bc_a520_0600n, 0x3_16bc_a523_b933],
  [2, 0x5_18c4_716f_6f23n, [326, 392], 0xf_7090_8000_0604n, 0xf_7090_f16f_6f23],
  [2, 0x19_d321_6fb0_91fcn, [1652, 1602], 0x9_9297_0000_0404n, 0x9_9297_6fb0_91fc],
  [2, 0x1c_9a7c_0802_f86cn, [1830, 1272], 0x37_0000_0604n, 0x37_0802_f86c],
  [2, 0x1a_5658_03c9_41f7n, [1685, 1200], 0x29_0000_0504n, 0x29_03c9_41f7],
  [2, 0x2_4d28_cd93_1ea6n, [147, 593], 0xd_8000_0504n, 0xd_cd93_1ea6],
  [3, 0x88c3_5478_e1d2_846fn, [1094, 213, 241, 1565, 40], 0x1a_08e2_0100n, 0x1a_08e2_046f],
  [3, 0x2d13_9aa6_d006_f930n, [360, 1254, 1357, 1280, 111], 0xc_282d_b300n, 0xc_282d_b930],
  [3, 0x63c6_7c1b_2143_a16an, [798, 415, 54, 532, 58], 0x1_a90a_bba7_d000n, 0x1_a90a_bba7_d16a],
  [3, 0xb4cf_bc38_65f2_5e78n, [1446, 1007, 112, 1631, 37], 0xa_fa26_2ac1_e300n, 0xa_fa26_2ac1_ee78],
  [3, 0xcfc3_fc74_5738_cf32n, [1662, 255, 232, 1395, 140], 0x38_ab3e_a200n, 0x38_ab3e_af32],
  [3, 0xa52d_eb4f_c909_c472n, [1321, 890, 1695, 1168], 0x31_f340_0400n, 0x31_f349_c472],
  [3, 0x10d8_8782_3cc7_0989n, [134, 1569, 1796, 972], 0xf_e5f0_0400n, 0xf_e5f7_0989],
  [3, 0x799d_15bb_e1af_ef94n, [972, 1861, 887, 1562], 0x3b_39b0_0500n, 0x3b_39bf_ef94],
  [3, 0x4f67_bc08_ac60_e6abn, [635, 495, 17, 710], 0x7_e1f0_0400n, 0x7_e1f0_e6ab],
  [3, 0x4fd5_93ae_cdd1_83f1n, [638, 1380, 1885, 1245], 0xf_1aba_25c0_0400n, 0xf_1aba_25c1_83f1],
  [3, 0x1c91_f5a5_9d4d_bba3n, [228, 1149, 843], 0x2_4c85_8000_0604n, 0x2_4c85_9d4d_bba3],
  [3, 0x1aa5_4931_1499_d0d3n, [213, 338, 610], 0x8_6cfa_8000_0604n, 0x8_6cfa_9499_d0d3],
  [3, 0x7bbc_4c6a_3d38_dae6n, [989, 1811, 212], 0x6_3809_0000_0504n, 0x6_3809_3d38_dae6],
  [3, 0x165d_4acd_c7bd_86a8n, [178, 1874, 1435], 0x5_1e68_8000_0604n, 0x5_1e68_c7bd_86a8],
  [3, 0x1324_03c5_9105_4d50n, [153, 256, 1931], 0xb_a0fd_8000_0404n, 0xb_a0fd_9105_4d50],
];

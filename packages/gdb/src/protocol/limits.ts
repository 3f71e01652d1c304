/** Of a packet's body, in bytes; gdb asks for memory in pieces that fit. */
export const maxPacketLength = 0x20000;
/** Packets that wait for an answer before the server must stop reading. */
export const maxWaitingPackets = 256;
/** How often one answer is sent again. A client that never agrees is not served. */
export const maxResends = 8;
/** Characters of a command's text in one packet. */
export const maxOutputLength = 0x4000;

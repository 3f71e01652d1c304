/**
 * A frame begins with the back chain, the address of its caller's frame. What the frame's function
 * calls saves its return address in it. Source: 64-Bit ELF V2 ABI Specification, Power
 * Architecture, "The Stack Frame".
 */
export const linkSaveOffset = 16n;
/** What every frame's address is a multiple of. */
export const frameAlignment = 16n;

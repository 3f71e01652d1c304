/** Whether all bytes are zero. Leaves at the first that is not, so it costs next to nothing on a page with contents. */
export function isZero(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) {
      return false;
    }
  }
  return true;
}

/**
 * Gives the memory of large bytes back at once, where it would otherwise wait for the collection of the old generation: what
 * passes through in a second is more than the rest of the process. Afterwards they are empty, and so is every view of them:
 * call it with bytes that nobody else holds, native code included.
 */
export function freeBytes(bytes: ArrayBufferView): void {
  const { buffer } = bytes;
  // Small Buffers are views of a pool that others use too. None of them takes more than half of it.
  if (bytes.byteLength * 2 <= buffer.byteLength || !(buffer instanceof ArrayBuffer) || buffer.detached) return;
  buffer.transfer(0);
}

/** Bytes, and the same bytes for reading numbers of several bytes at once. */
export interface Span {
  readonly bytes: Uint8Array
  readonly view: DataView
}

export const spanOf = (bytes: Uint8Array): Span => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
})

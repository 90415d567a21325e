/** Where key and value of a stored row lie; one object for all rows of a file. */
export interface RowView {
  keyStart: number
  keyEnd: number
  valueStart: number
  valueEnd: number
}

/** Length of a varint that is a length: at most 5 bytes. −1 where it ends nowhere. */
let after = 0
function varint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let index = 0; index < 5 && at + index < end; index += 1) {
    const byte = bytes[at + index] as number
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) {
      after = at + index + 1
      return value
    }
  }
  after = end + 1
  return 0
}

function skipped(bytes: Uint8Array, wire: number, at: number, end: number): number {
  if (wire === 1) return at + 8
  if (wire === 5) return at + 4
  if (wire === 2) {
    const length = varint(bytes, at, end)
    return after + length
  }
  if (wire !== 0) return end + 1
  for (let index = at; index < Math.min(end, at + 10); index += 1)
    if ((bytes[index] as number) < 0x80) return index + 1
  return end + 1
}

/** Finds key and value of an encoded mvccpb.KeyValue in `bytes`; false where it is none. */
export function viewRow(bytes: Uint8Array, start: number, end: number, view: RowView): boolean {
  view.keyStart = view.keyEnd = view.valueStart = view.valueEnd = start
  for (let at = start; at < end;) {
    const tag = bytes[at] as number
    // Fields 1 to 6: every tag is one byte.
    if (tag >= 0x80) return false
    const wire = tag & 7
    const to = skipped(bytes, wire, at + 1, end)
    if (to > end) return false
    if (tag === 0x0a) {
      view.keyStart = after
      view.keyEnd = to
    } else if (tag === 0x2a) {
      view.valueStart = after
      view.valueEnd = to
    }
    at = to
  }
  return true
}

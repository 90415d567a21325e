/** Where key and value of a stored row lie; one object for all rows of a file. */
export interface RowView {
  keyStart: number
  keyEnd: number
  valueStart: number
  valueEnd: number
  /** It made the key: no older row of the key is held, unless a deletion lies between. */
  created: boolean
}

const KEY = 0x0a
const VALUE = 0x2a
const VERSION = 0x20

/** Finds key and value of an encoded mvccpb.KeyValue in `bytes`; false where it is none. */
export function viewRow(bytes: Uint8Array, start: number, end: number, view: RowView): boolean {
  view.keyStart = view.keyEnd = view.valueStart = view.valueEnd = start
  view.created = false
  let at = start
  while (at < end) {
    const tag = bytes[at] as number
    const wire = tag & 7
    at += 1
    if (wire === 0) {
      if (tag === VERSION) view.created = bytes[at] === 1
      while (at < end && (bytes[at] as number) >= 0x80) at += 1
      at += 1
    } else if (wire === 2) {
      let length = 0
      let scale = 1
      let byte = 0x80
      while (byte >= 0x80) {
        // No length has more than five bytes; no field has a tag of two.
        if (at >= end || scale > 0x1000_0000 || tag >= 0x80) return false
        byte = bytes[at] as number
        length += (byte & 0x7f) * scale
        scale *= 0x80
        at += 1
      }
      if (tag === KEY) {
        view.keyStart = at
        view.keyEnd = at + length
      } else if (tag === VALUE) {
        view.valueStart = at
        view.valueEnd = at + length
      }
      at += length
    } else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else return false
  }
  return at === end
}

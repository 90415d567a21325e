import type { Span } from './numbers.ts'

/** Whether the bytes from `start` to `end` begin with `head`. */
export function startsWith({ bytes, view }: Span, start: number, end: number, head: Span): boolean {
  const { length } = head.bytes
  if (end - start < length) return false
  // From its end: what names share is in front.
  let at = length
  for (; at >= 4; at -= 4)
    if (head.view.getInt32(at - 4) !== view.getInt32(start + at - 4)) return false
  for (at -= 1; at >= 0; at -= 1) if (head.bytes[at] !== bytes[start + at]) return false
  return true
}

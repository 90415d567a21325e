import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { encodeFrame, FLAG, FRAME, FrameReader } from './frames.ts'

function collect() {
  const out: string[] = []
  let piece = ''
  const reader = new FrameReader({
    data: (stream, bytes, start, end) =>
      (piece += `${stream}:${bytes.subarray(start, end).toString('hex')}`.slice(
        piece === '' ? 0 : `${stream}:`.length,
      )),
    dataEnd(stream, length, endStream) {
      out.push(`data ${piece === '' ? `${stream}:` : piece} ${length} ${endStream}`)
      piece = ''
    },
    frame: (head, payload) =>
      out.push(`frame ${head.type} ${head.flags} ${head.stream} ${payload.toString('hex')}`),
  })
  return { reader, out }
}
function cutUp(reader: FrameReader, bytes: Buffer, sizes: readonly number[]): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (sizes[turn % sizes.length] ?? 1)
    reader.push(bytes.subarray(at, end))
    at = end
  }
}
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 })

test('frames come out the same however the bytes are cut, padding removed', () => {
  const frame = fc.record({
    type: fc.constantFrom(0, 1, 4, 6, 77),
    stream: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    payload: fc.uint8Array({ maxLength: 60 }),
    padding: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), sizes, (frames, cuts) => {
      const wanted: string[] = []
      const bytes = frames.map(({ type, stream, payload, padding }) => {
        const text = Buffer.from(payload).toString('hex')
        if (type !== FRAME.data) {
          wanted.push(`frame ${type} 0 ${stream} ${text}`)
          return encodeFrame(type, 0, stream, payload)
        }
        const body =
          padding === undefined
            ? payload
            : Buffer.concat([Buffer.of(padding), payload, Buffer.alloc(padding)])
        wanted.push(`data ${stream}:${text} ${body.length} true`)
        return encodeFrame(
          type,
          FLAG.endStream | (padding === undefined ? 0 : FLAG.padded),
          stream,
          body,
        )
      })
      const { reader, out } = collect()
      cutUp(reader, Buffer.concat(bytes), cuts)
      assert.deepEqual(out, wanted)
    }),
  )
})

test('garbage is corrupt or waits for more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, cuts) => {
      try {
        cutUp(collect().reader, Buffer.from(bytes), cuts)
      } catch (thrown) {
        assert.ok(thrown instanceof KeepError && thrown.kind === 'corrupt', String(thrown))
      }
    }),
    { numRuns: 500 },
  )
})

import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { createServer, connect as connectPlain } from 'node:net'
import { connect } from 'node:http2'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { encodeHeaders, HpackDecoder, type Header } from './hpack.ts'
import { CODE_LENGTHS } from './huffman.ts'
import { FLAG, FRAME, FrameReader, PREFACE } from './frames.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('the Huffman code is complete: every bit string has a meaning', () => {
  assert.equal(CODE_LENGTHS.length, 257)
  assert.equal(
    CODE_LENGTHS.reduce((sum, bits) => sum + 2 ** -bits, 0),
    1,
  )
})

test('RFC 7541 C.4: requests with Huffman, one table', () => {
  const decoder = new HpackDecoder()
  const common = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ]
  assert.deepEqual(decoder.decode(hex('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff')), common)
  assert.deepEqual(decoder.decode(hex('8286 84be 5886 a8eb 1064 9cbf')), [
    ...common,
    ['cache-control', 'no-cache'],
  ])
  assert.deepEqual(
    decoder.decode(hex('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf')),
    [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ],
  )
})

test('RFC 7541 C.6: responses with Huffman and eviction at 256 bytes', () => {
  const decoder = new HpackDecoder(256)
  const rest = (date: string) => [
    ['cache-control', 'private'],
    ['date', date],
    ['location', 'https://www.example.com'],
  ]
  assert.deepEqual(
    decoder.decode(
      hex(
        '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      ),
    ),
    [[':status', '302'], ...rest('Mon, 21 Oct 2013 20:13:21 GMT')],
  )
  assert.deepEqual(decoder.decode(hex('4883 640e ffc1 c0bf')), [
    [':status', '307'],
    ...rest('Mon, 21 Oct 2013 20:13:21 GMT'),
  ])
  const [last] = decoder
    .decode(
      hex(
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ),
    )
    .slice(-1)
  assert.deepEqual(last, ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'])
})

test('what is encoded is decoded again', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 8 }), (headers) => {
      assert.deepEqual(new HpackDecoder().decode(encodeHeaders(headers)), headers)
    }),
  )
})

test('hostile blocks are corrupt, never another error and never endless', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        new HpackDecoder().decode(bytes)
      } catch (thrown) {
        assert.ok(thrown instanceof KeepError && thrown.kind === 'corrupt', String(thrown))
      }
    }),
    { numRuns: 1000 },
  )
})

test('a small block that expands without end is refused', () => {
  const big = encodeHeaders([['x', 'y'.repeat(3000)]])
  big[0] = 0x40
  const block = Buffer.concat([big, Buffer.alloc(1000, 0xbe)])
  assert.throws(() => new HpackDecoder().decode(block), /too large/)
})

test("Node's own encoder is understood, every byte that it sends", async () => {
  const value = String.fromCharCode(
    ...Array.from({ length: 95 }, (_, i) => i + 0x21).filter((code) => code !== 0x7f),
  )
  const blocks: Buffer[] = []
  const server = createServer((socket) => {
    const reader = new FrameReader({
      data: () => {},
      dataEnd: () => {},
      frame(head, payload) {
        if (head.type !== FRAME.headers) return
        blocks.push(Buffer.from(payload.subarray((head.flags & FLAG.priority) === 0 ? 0 : 5)))
        socket.destroy()
      },
    })
    let skip = PREFACE.length
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const cut = Math.min(skip, bytes.length)
      skip -= cut
      reader.push(bytes.subarray(cut))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const session = connect('http://x', {
    createConnection: () => connectPlain(Number(port), '127.0.0.1'),
  })
  session.on('error', () => {})
  const stream = session.request({ ':path': '/p', 'x-all': value })
  stream.on('error', () => {})
  await new Promise<void>((resolve) => session.on('close', resolve))
  server.close()
  const headers: readonly Header[] = new HpackDecoder().decode(blocks[0] ?? Buffer.alloc(0))
  assert.equal(new Map(headers).get('x-all'), value)
})

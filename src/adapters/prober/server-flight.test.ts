import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { KeepError } from '../../core/error.ts'
import { clientHello } from './client-hello.ts'
import { readFlight } from './server-flight.ts'

const u16 = (value: number) => Buffer.of(value >> 8, value & 255)
const u24 = (value: number) => Buffer.of(value >> 16, (value >> 8) & 255, value & 255)
const vector24 = (bytes: Buffer) => Buffer.concat([u24(bytes.length), bytes])
const message = (type: number, body: Buffer) => Buffer.concat([Buffer.of(type), vector24(body)])
const record = (type: number, body: Buffer) =>
  Buffer.concat([Buffer.of(type, 3, 3), u16(body.length), body])

const SERVER_HELLO = message(
  2,
  Buffer.concat([u16(0x0303), Buffer.alloc(32), Buffer.of(0), u16(0xc02f), Buffer.of(0)]),
)
const CERTIFICATE = message(11, vector24(vector24(Buffer.from('leaf'))))
const REQUEST = message(
  13,
  Buffer.concat([Buffer.of(1, 1), u16(2), u16(0x0403), u16(4), u16(2), Buffer.from('CA')]),
)
const DONE = message(14, Buffer.alloc(0))
const FLIGHT = Buffer.concat([SERVER_HELLO, CERTIFICATE, REQUEST, DONE])

test('a whole flight shows version, suite, chain and accepted CAs', () => {
  assert.deepEqual(readFlight(record(22, FLIGHT)), {
    complete: true,
    version: 0x0303,
    suite: 0xc02f,
    chain: [Buffer.from('leaf')],
    authorities: [Buffer.from('CA')],
  })
})

test('a listener that asks for no certificate has no pool', () => {
  const flight = readFlight(record(22, Buffer.concat([SERVER_HELLO, CERTIFICATE, DONE])))
  assert.equal(flight.authorities, null)
})

test('an alert has a name', () => {
  assert.equal(readFlight(record(21, Buffer.of(2, 70))).alert, 'protocol version')
})

test('where the bytes are cut or how records split them changes nothing', () => {
  const whole = readFlight(record(22, FLIGHT))
  fc.assert(
    fc.property(fc.nat(FLIGHT.length), fc.nat(FLIGHT.length), (split, cut) => {
      const parts = [record(22, FLIGHT.subarray(0, split)), record(22, FLIGHT.subarray(split))]
      const bytes = Buffer.concat(parts)
      assert.deepEqual(readFlight(bytes), whole)
      assert.equal(readFlight(bytes.subarray(0, cut)).complete, false)
    }),
  )
})

const readsOrRefuses = (bytes: Buffer) => {
  try {
    readFlight(bytes)
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, String(thrown))
  }
}

test('hostile bytes are read or refused, never anything else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (b) => readsOrRefuses(Buffer.from(b))))
  fc.assert(
    fc.property(fc.nat(FLIGHT.length - 1), fc.nat(255), (at, value) => {
      const broken = Buffer.from(FLIGHT)
      broken[at] = value
      readsOrRefuses(record(22, broken))
    }),
  )
})

test('a ClientHello announces its own lengths', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('TLS1.0' as const, 'TLS1.1' as const, 'TLS1.2' as const),
      fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 60 }),
      (version, suites) => {
        const bytes = clientHello({ version, suites, serverName: 'etcd.example' })
        assert.equal(bytes.readUInt16BE(3), bytes.length - 5)
        assert.equal(bytes.readUIntBE(6, 3), bytes.length - 9)
        assert.equal(bytes.readUInt16BE(5 + 4 + 2 + 32 + 1), suites.length * 2)
      },
    ),
  )
})

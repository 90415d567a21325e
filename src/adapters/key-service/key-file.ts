// One symmetric key in a file: simple, and whoever can close can open. Recipients of age are better.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { KeyUnwrapper, KeyWrapper } from '../../ports/key-service.ts'

const LINE = /^etcdkeep-key-1:([A-Za-z0-9+/]{43}=)$/m
const CONTEXT = Buffer.from('etcdkeep.key-file/v1')
const NONCE = 12
const TAG = 16
const KEY_LENGTH = 32

export const isKeyFile = (text: Secret): boolean => LINE.test(text.reveal())

const fingerprintOf = (key: Uint8Array): string =>
  createHash('sha256').update(CONTEXT).update(key).digest('hex').slice(0, 16)

function read(text: Secret, path: string): Secret<Buffer> {
  const key = Buffer.from(LINE.exec(text.reveal())?.[1] ?? '', 'base64')
  if (key.length === KEY_LENGTH) return new Secret(key)
  throw new KeepError('config', 'keys.key-file', `${path} is no key file`, {
    hint: 'make one with: etcdkeep snapshot keygen --key-file',
  })
}

/** Wrapped: 12 bytes nonce, the sealed key, 16 bytes tag (AES-256-GCM). Throws `config`. */
export function keyFile(text: Secret, path: string): KeyWrapper & KeyUnwrapper {
  const key = read(text, path)
  const fingerprint = fingerprintOf(key.reveal())
  return {
    service: 'key-file',
    key: fingerprint,
    async wrap(dataKey) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce).setAAD(CONTEXT)
      const sealed = Buffer.concat([cipher.update(dataKey.reveal()), cipher.final()])
      const wrapped = Buffer.concat([nonce, sealed, cipher.getAuthTag()])
      return { service: 'key-file', key: fingerprint, wrapped }
    },
    async unwrap(wrap) {
      if (wrap.service !== 'key-file' || wrap.key !== fingerprint) return undefined
      const bytes = Buffer.from(wrap.wrapped)
      try {
        if (bytes.length !== NONCE + KEY_LENGTH + TAG) throw new RangeError('length')
        const nonce = bytes.subarray(0, NONCE)
        const cipher = createDecipheriv('aes-256-gcm', key.reveal(), nonce).setAAD(CONTEXT)
        cipher.setAuthTag(bytes.subarray(-TAG))
        const opened = cipher.update(bytes.subarray(NONCE, -TAG))
        return new Secret<Uint8Array>(Buffer.concat([opened, cipher.final()]))
      } catch {
        throw new KeepError(
          'corrupt',
          'keys.wrap-changed',
          `the data key wrapped for key file ${fingerprint} cannot be opened`,
          {
            hint: 'its bytes were changed: try another recipient or generation',
          },
        )
      }
    },
  }
}

export function newKeyFile(): { text: Secret; fingerprint: string } {
  const key = randomBytes(KEY_LENGTH)
  const fingerprint = fingerprintOf(key)
  const text = `# etcdkeep key file, fingerprint ${fingerprint}\netcdkeep-key-1:${key.toString('base64')}\n`
  return { text: new Secret(text), fingerprint }
}

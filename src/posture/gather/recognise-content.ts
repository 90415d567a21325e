// What a file holds, told by its content and never by its name. Nothing of the content leaves this file.
import { createPrivateKey } from 'node:crypto'

export interface Recognised {
  /** PEM labels and other forms that were found: `EC PRIVATE KEY`, `bbolt database`. */
  readonly holds: readonly string[]
  readonly privateKey: boolean
  /** For private keys: whether a passphrase protects every one of them. */
  readonly encrypted: boolean
}

const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]{20,}?)-----END \1-----/g
const DER_FORMS = ['pkcs8', 'pkcs1', 'sec1'] as const

function derKey(bytes: Uint8Array): boolean {
  // A DER structure starts with a SEQUENCE; a key of any usual size is below 16 KiB.
  if (bytes[0] !== 0x30 || bytes.length > 16_384) return false
  return DER_FORMS.some((type) => {
    try {
      createPrivateKey({ key: Buffer.from(bytes), format: 'der', type })
      return true
    } catch {
      return false
    }
  })
}

/** RFC 7292: a PFX is a SEQUENCE that begins with version 3, in DER or BER. */
const PFX = /^30(?:80|[0-7].|81..|82.{4}|83.{6})020103/
/** pkcs-12-keyBag and pkcs-12-pkcs8ShroudedKeyBag. They stand outside what is encrypted; a store of CAs has neither. */
const KEY_BAG = '060b2a864886f70d010c0a0101'
const SHROUDED_KEY_BAG = '060b2a864886f70d010c0a0102'

function pkcs12Key(bytes: Uint8Array): 'open' | 'encrypted' | undefined {
  if (bytes[0] !== 0x30) return undefined
  const hex = Buffer.from(bytes).toString('hex')
  if (!PFX.test(hex)) return undefined
  if (hex.includes(KEY_BAG)) return 'open'
  return hex.includes(SHROUDED_KEY_BAG) ? 'encrypted' : undefined
}

/** bbolt's meta page: magic 0xED0CDAED after the 16 bytes of the page header, in either byte order. */
export function isBboltHead(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(16, 20)).toString('hex')
  return magic === 'edda0ced' || magic === 'ed0cdaed'
}

/** Of an EncryptionConfiguration whose providers keep their keys elsewhere: KMS, identity. */
export const NO_KEYS = 'no encryption key'

const FORMS: readonly (readonly [string, RegExp])[] = [
  ['EncryptionConfiguration', /["']?kind["']?\s*:\s*["']?EncryptionConfig/],
  ['client-key-data', /["']?client-key-data["']?\s*:\s*["']?[A-Za-z0-9+/]{16}/],
  ['bearer token', /^\s*["']?token["']?\s*:\s*["']?[\w.-]{16}/m],
]

/** Only a kubeconfig makes `token:` a credential that is worth naming. */
const relevant = (text: string) => (name: string) =>
  name !== 'bearer token' || /["']?kind["']?\s*:\s*["']?Config\b/.test(text)

export function recogniseContent(bytes: Uint8Array): Recognised {
  if (isBboltHead(bytes)) return { holds: ['bbolt database'], privateKey: false, encrypted: false }
  // Without zero bytes, UTF-16 reads like any other text.
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\0', '')
  const blocks = [...text.matchAll(PEM)].map(([, label = '', body = '']) => ({ label, body }))
  const keys = blocks.filter((block) => block.label.endsWith('PRIVATE KEY'))
  const locked = ({ label, body }: (typeof keys)[number]) =>
    label.startsWith('ENCRYPTED') || body.includes('Proc-Type: 4,ENCRYPTED')
  const der = derKey(bytes)
  const store = pkcs12Key(bytes)
  const forms = FORMS.filter(([, form]) => form.test(text)).map(([name]) => name)
  const keyless = forms.includes('EncryptionConfiguration') && !/\bsecret["']?\s*:/.test(text)
  return {
    holds: [
      ...new Set([
        ...blocks.map((block) => block.label),
        ...(der ? ['DER private key'] : []),
        ...(store ? ['PKCS#12 store with a key'] : []),
        ...forms.filter(relevant(text)),
        ...(keyless ? [NO_KEYS] : []),
      ]),
    ],
    privateKey: der || store !== undefined || keys.length > 0,
    encrypted:
      !der && store !== 'open' && (store !== undefined || keys.length > 0) && keys.every(locked),
  }
}

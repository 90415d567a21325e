// Data keys wrapped as small age files, one for each recipient: `age -d -i identity.txt` opens them.
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { KeyUnwrapper, KeyWrapper } from '../../ports/key-service.ts'

/** Only when a key is touched: it brings a good deal of code along. */
const age = () => import('age-encryption')

const KEY_LENGTH = 32
/** Any age file of 32 bytes is far smaller. */
const LIMIT = 16 * 1024

const bad = (code: string, message: string, hint: string) =>
  new KeepError('config', code, message, { hint })

/** Throws `config` for anything that age would not encrypt to. */
export async function ageRecipient(recipient: string): Promise<KeyWrapper> {
  const { Encrypter } = await age()
  const encrypter = new Encrypter()
  try {
    encrypter.addRecipient(recipient)
  } catch {
    // Not quoted: by mistake it may be the identity.
    throw bad(
      'keys.recipient',
      /^AGE-SECRET-KEY/i.test(recipient)
        ? 'that is an age identity, which is secret, not a recipient'
        : `${JSON.stringify(recipient.slice(0, 80))} is no age recipient`,
      'write it as age-keygen -y or etcdkeep snapshot keygen printed it: age1…',
    )
  }
  return {
    service: 'age',
    key: recipient,
    async wrap(dataKey) {
      const wrapped = await encrypter.encrypt(dataKey.reveal())
      return { service: 'age', key: recipient, wrapped }
    },
  }
}

/** The identities in the text, comments and blank lines left out. */
export const ageLines = (text: Secret): readonly string[] =>
  text
    .reveal()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Throws `config` where a line is no identity. */
export async function ageIdentity(text: Secret, path: string): Promise<KeyUnwrapper> {
  const { Decrypter, identityToRecipient } = await age()
  const own = new Map<string, string>()
  for (const [index, line] of ageLines(text).entries())
    try {
      own.set(await identityToRecipient(line), line)
    } catch {
      throw bad(
        'keys.identity',
        `${path}: key ${index + 1} in it is no age identity`,
        'a file as age-keygen or etcdkeep snapshot keygen writes it; one that is under a passphrase must be decrypted first',
      )
    }
  if (own.size === 0)
    throw bad('keys.identity', `${path} holds no identity`, 'name a file as age-keygen writes it')
  return {
    service: 'age',
    async unwrap({ service, key, wrapped }) {
      const line = own.get(key)
      if (service !== 'age' || line === undefined) return undefined
      const changed = () =>
        new KeepError(
          'corrupt',
          'keys.wrap-changed',
          `the data key wrapped for ${key} cannot be opened`,
          {
            hint: 'its bytes were changed: try another recipient or generation',
          },
        )
      if (wrapped.length > LIMIT) throw changed()
      const decrypter = new Decrypter()
      decrypter.addIdentity(line)
      const opened = await decrypter.decrypt(wrapped).catch(() => {
        throw changed()
      })
      if (opened.length !== KEY_LENGTH) throw changed()
      return new Secret(opened)
    },
  }
}

export async function newAgeIdentity(): Promise<{ text: Secret; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await age()
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  return { text: new Secret(`# public key: ${recipient}\n${identity}\n`), recipient }
}

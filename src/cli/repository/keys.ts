// Keys that the user named: who signs, who is trusted, who can read.
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Host } from '../../ports/host.ts'
import type { KeyServices, KeyUnwrapper, KeyWrapper } from '../../ports/key-service.ts'
import type { Ports } from '../../ports/ports.ts'
import {
  parsePublicKey,
  parseSigner,
  type PublicKey,
  type Signer,
  type Trust,
} from '../../repository/signing-key.ts'
import { readGiven } from '../given-file.ts'
import type { RepositoryFlags } from './flags.ts'

const KEY_FILE = 'key-file:'

async function publicKeys(
  here: Host,
  flag: string,
  given: readonly string[],
): Promise<PublicKey[]> {
  const found: PublicKey[] = []
  for (const one of given) {
    const text = one.startsWith('ed25519:') ? one : await readGiven(here, flag, one)
    const lines = text.split('\n').map((line) => line.trim())
    const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parsePublicKey)
    if (keys.length === 0)
      throw new KeepError('config', 'signing.public-key', `--${flag}: ${one} holds no public key`, {
        hint: 'one a line, as etcdkeep snapshot keygen printed it: ed25519:…',
      })
    found.push(...keys)
  }
  return found
}

export async function signerOf(here: Host, path: string | undefined): Promise<Signer | undefined> {
  if (path === undefined) return undefined
  return parseSigner(new Secret(await readGiven(here, 'sign-with', path)), path)
}

/** For commands that write: throws `usage` without `--sign-with`. */
export async function requireSigner(here: Host, path: string | undefined): Promise<Signer> {
  const signer = await signerOf(here, path)
  if (signer) return signer
  throw new KeepError('usage', 'usage.flag', 'nobody signs', {
    hint: 'give --sign-with FILE; etcdkeep snapshot keygen makes one',
  })
}

/** Throws `usage` where nobody is trusted: then anybody could have written the repository. */
export async function trustOf(
  here: Host,
  flags: Pick<RepositoryFlags, 'trust' | 'trust-records'>,
  signer?: Signer,
): Promise<Trust> {
  const given = await publicKeys(here, 'trust', flags.trust)
  const snapshots = given.length === 0 && signer ? [signer.publicKey] : given
  if (snapshots.length === 0)
    throw new KeepError('usage', 'usage.flag', 'nobody’s signature is trusted', {
      hint: 'give --trust ed25519:…, the public key of whoever saves; snapshot keygen printed it',
    })
  const records = await publicKeys(here, 'trust-records', flags['trust-records'])
  return { snapshots, records: records.length === 0 ? snapshots : records }
}

/** Who will be able to read: `age1…` or `key-file:FILE`. */
export async function wrappersOf(
  { host, keyServices }: Pick<Ports, 'host' | 'keyServices'>,
  recipients: readonly string[],
): Promise<readonly KeyWrapper[]> {
  return Promise.all(recipients.map((one) => wrapperOf(host(), keyServices, one)))
}

async function wrapperOf(
  here: Host,
  services: KeyServices,
  recipient: string,
): Promise<KeyWrapper> {
  if (!recipient.startsWith(KEY_FILE)) return services.ageRecipient(recipient)
  const path = recipient.slice(KEY_FILE.length)
  return services.keyFile(new Secret(await readGiven(here, 'recipient', path)), path)
}

export async function unwrappersOf(
  { host, keyServices }: Pick<Ports, 'host' | 'keyServices'>,
  identities: readonly string[],
): Promise<readonly KeyUnwrapper[]> {
  return Promise.all(
    identities.map(async (path) =>
      keyServices.identity(new Secret(await readGiven(host(), 'identity', path)), path),
    ),
  )
}

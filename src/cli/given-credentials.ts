// The credentials that the user named, checked before anybody is asked with them.
import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import type { Host } from '../ports/host.ts'
import type { Credentials } from '../posture/gather/options.ts'
import { readGiven } from './given-file.ts'

export interface GivenFiles {
  readonly cacert?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly user?: string | undefined
  readonly passwordFile?: string | undefined
}

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g

const unusable = (flag: string, path: string, why: string, hint: string) =>
  new KeepError('config', `credentials.${flag}`, `--${flag} ${path}: ${why}`, { hint })

/** Every certificate in the file, each readable; never a message of OpenSSL, which nobody understands. */
function certificates(flag: string, path: string, pem: string): readonly X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? []
  if (blocks.length === 0)
    throw unusable(flag, path, 'it holds no PEM certificate', 'name a file with BEGIN CERTIFICATE')
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      const why = `certificate ${index + 1} of ${blocks.length} cannot be read`
      throw unusable(flag, path, why, 'issue or copy it again')
    }
  })
}

function privateKey(path: string, pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw unusable(
      'key',
      path,
      'the key is protected by a passphrase',
      'give a key without one: openssl pkey -in KEY -out PLAIN, 0600',
    )
  try {
    return createPrivateKey(pem)
  } catch {
    throw unusable('key', path, 'it holds no PEM private key', 'name a file with BEGIN PRIVATE KEY')
  }
}

function checkPair(files: GivenFiles, certificate: string, key: string): void {
  const { cert = '', key: keyPath = '' } = files
  const [leaf] = certificates('cert', cert, certificate)
  if (leaf?.checkPrivateKey(privateKey(keyPath, key))) return
  const why = `the key does not belong to the certificate ${cert}`
  throw unusable('key', keyPath, why, 'give the key that the certificate was issued for')
}

/** Throws `usage` or `config` where a file cannot serve as what it was given for. */
export async function givenCredentials(
  files: GivenFiles,
  here: Host,
): Promise<Credentials | undefined> {
  const { cacert, cert, key, user, passwordFile } = files
  if (cacert === undefined && cert === undefined && user === undefined) return undefined
  const text = (flag: string, path: string | undefined) =>
    path === undefined ? undefined : readGiven(here, flag, path)
  const ca = await text('cacert', cacert)
  if (ca !== undefined && cacert !== undefined) certificates('cacert', cacert, ca)
  const certificate = await text('cert', cert)
  const secretKey = await text('key', key)
  if (certificate !== undefined && secretKey !== undefined) checkPair(files, certificate, secretKey)
  const password = (await text('password-file', passwordFile))?.replace(/\r?\n$/, '')
  if (password === '')
    throw unusable('password-file', passwordFile ?? '', 'it is empty', 'write the password into it')
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(secretKey !== undefined && { key: new Secret(secretKey) }),
    ...(user !== undefined &&
      password !== undefined && { user: { name: user, password: new Secret(password) } }),
    source: cert ? `--cert ${cert}` : user ? `--user ${user}` : `--cacert ${cacert}`,
  }
}

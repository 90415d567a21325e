import { Secret } from '../../core/secret.ts'
import type { Host } from '../../ports/host.ts'
import type { NamedCredential } from './named-credential.ts'

/** Undefined where it cannot be read. */
export async function textAt(host: Host, path: string): Promise<string | undefined> {
  try {
    return Buffer.from(await host.read(path)).toString('utf8')
  } catch {
    return undefined
  }
}

/** A certificate and its key, named by the certificate's path; undefined where either is not there. Never throws. */
export async function readPair(
  host: Host,
  certificatePath: string,
  keyPath: string,
): Promise<NamedCredential | undefined> {
  const certificate = await textAt(host, certificatePath)
  const key = await textAt(host, keyPath)
  if (!certificate?.includes('-----BEGIN') || !key?.includes('PRIVATE KEY')) return undefined
  return { certificate, key: new Secret(key), source: certificatePath }
}

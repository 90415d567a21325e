// Certificate files that launches name, with the public half of the key that goes with each.
import { posix } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import { setting, type Launch, type Program } from '../../effective/model.ts'
import { parseCertificates } from '../../pki/parse-certificate.ts'
import { describePrivateKey } from '../../pki/parse-private-key.ts'
import type { Host } from '../../ports/host.ts'
import type { CertificateFile, CertificateRole } from '../facts/certificates.ts'
import { pathOnHost } from './file-references.ts'
import { notSeen } from './look-at-file.ts'

interface Place {
  readonly role: CertificateRole
  readonly flag: string
  readonly key?: string
}

const PLACES: Readonly<Record<Program, readonly Place[]>> = {
  etcd: [
    { role: 'server', flag: 'cert-file', key: 'key-file' },
    { role: 'client', flag: 'client-cert-file', key: 'client-key-file' },
    { role: 'peer', flag: 'peer-cert-file', key: 'peer-key-file' },
    { role: 'peer-client', flag: 'peer-client-cert-file', key: 'peer-client-key-file' },
    { role: 'client-ca', flag: 'trusted-ca-file' },
    { role: 'peer-ca', flag: 'peer-trusted-ca-file' },
  ],
  'kube-apiserver': [
    { role: 'apiserver-client', flag: 'etcd-certfile', key: 'etcd-keyfile' },
    { role: 'apiserver-etcd-ca', flag: 'etcd-cafile' },
    { role: 'apiserver-server', flag: 'tls-cert-file', key: 'tls-private-key-file' },
    { role: 'cluster-ca', flag: 'client-ca-file' },
  ],
}

/** Files past this are no certificates or keys. */
const LIMIT = 1024 * 1024

async function looked<T>(
  host: Host,
  path: string,
  read: (bytes: Uint8Array) => T,
): Promise<Fact<T>> {
  try {
    return known(read(await host.read(path, LIMIT)))
  } catch (thrown) {
    return notSeen(path, thrown)
  }
}

/** Undefined for what is no key; `locked` for one behind a passphrase, which etcd itself could not use. */
function spkiOfKey(bytes: Uint8Array): string | undefined {
  try {
    return describePrivateKey(bytes).spkiSha256
  } catch (thrown) {
    return thrown instanceof KeepError && thrown.code === 'pki.encrypted-key' ? 'locked' : undefined
  }
}

const locked = (path: string) =>
  missing(
    `${path} is a private key behind a passphrase: whether it is the CA's cannot be seen`,
    'the key kept elsewhere, or the knowledge whose it is',
  )

const denied = (thrown: unknown) => thrown instanceof KeepError && thrown.kind === 'denied'

/** The directory's files whose private key belongs to one of the CAs; one that may not be read could be it. */
async function caKeysIn(
  host: Host,
  directory: string,
  keys: ReadonlySet<string>,
): Promise<{ readonly found: readonly string[]; readonly hidden?: Fact<never> }> {
  const found: string[] = []
  let hidden: Fact<never> | undefined
  const look = async (path: string) => {
    try {
      const spki = spkiOfKey(await host.read(path, LIMIT))
      if (spki === 'locked') hidden ??= locked(path)
      else if (spki !== undefined && keys.has(spki)) found.push(path)
    } catch (thrown) {
      // Directories, sockets and what has gone meanwhile are no keys.
      if (denied(thrown)) hidden ??= notSeen(path, thrown)
    }
  }
  try {
    for (const name of await host.list(directory)) await look(posix.join(directory, name))
  } catch (thrown) {
    hidden ??= notSeen(directory, thrown)
  }
  return { found, ...(hidden && { hidden }) }
}

async function caKeys(
  host: Host,
  files: readonly CertificateFile[],
  file: CertificateFile,
): Promise<Fact<readonly string[]>> {
  if (!file.certificates.known) return file.certificates
  const keys = new Set(file.certificates.value.map((one) => one.spkiSha256))
  const directories = [...new Set(files.map((one) => posix.dirname(one.path)))]
  const looks = await Promise.all(directories.map((one) => caKeysIn(host, one, keys)))
  const found = looks.flatMap((one) => one.found).toSorted()
  const [hidden] = looks.flatMap((one) => one.hidden ?? [])
  return found.length === 0 && hidden ? hidden : known(found)
}

async function placed(
  host: Host,
  launch: Launch,
  place: Place,
): Promise<readonly CertificateFile[]> {
  const at = setting(launch, place.flag)
  if (at === undefined) return []
  const path = pathOnHost(launch, at)
  const key = place.key === undefined ? undefined : setting(launch, place.key)
  const keyPath = key === undefined ? undefined : pathOnHost(launch, key)
  return [
    {
      role: place.role,
      flag: place.flag,
      layer: launch.layer,
      source: launch.source,
      path,
      certificates: await looked(host, path, parseCertificates),
      ...(keyPath !== undefined && {
        key: await looked(host, keyPath, (bytes) => ({
          path: keyPath,
          ...describePrivateKey(bytes),
        })),
      }),
    },
  ]
}

/** Every certificate file of one launch; those of CAs with the CA keys that lie where its certificates lie. Never throws. */
async function certificatesOf(host: Host, launch: Launch): Promise<readonly CertificateFile[]> {
  const files = (
    await Promise.all(PLACES[launch.program].map((place) => placed(host, launch, place)))
  ).flat()
  return Promise.all(
    files.map(async (file) =>
      file.role === 'client-ca' || file.role === 'peer-ca'
        ? { ...file, caKeys: await caKeys(host, files, file) }
        : file,
    ),
  )
}

/** Of the process and of the manifest, in this order: an old process may use other files than its new manifest. */
export async function certificateFiles(
  host: Host,
  subject: { readonly running: Fact<Launch>; readonly declared: Fact<Launch> },
): Promise<readonly CertificateFile[]> {
  const launches = [subject.running, subject.declared].flatMap((fact) =>
    fact.known ? [fact.value] : [],
  )
  return (await Promise.all(launches.map((launch) => certificatesOf(host, launch)))).flat()
}

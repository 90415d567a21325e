// Tries what lies on this machine as a thief would: which file opens the newest snapshot, which could sign another.
import { dirname, join, resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Host } from '../../ports/host.ts'
import type { KeyServices, KeyUnwrapper } from '../../ports/key-service.ts'
import { readKeys, unwrapDataKey } from '../../repository/read-keys.ts'
import { parseSigner } from '../../repository/signing-key.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import type { BackupKeys } from '../facts/backups.ts'
import { directoryOf } from './backup-place.ts'
import type { BackupSource } from './backup-source.ts'

const LARGEST = 64 * 1024
const MOST_FILES = 500
const OWN_PLACE = '/etc/etcdkeep'
const OPENS = /AGE-SECRET-KEY-1|^etcdkeep-key-1:/m
const SIGNS = /-----BEGIN PRIVATE KEY-----/

interface Candidate {
  readonly path: string
  readonly text: Secret
}

async function filesIn(host: Host, directory: string): Promise<readonly Candidate[]> {
  const names = await host.list(directory).catch(() => [])
  const found: Candidate[] = []
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, MOST_FILES)) {
    const path = join(directory, name)
    const status = await host.stat(path).catch(() => undefined)
    if (status?.type !== 'file' || status.size > LARGEST) continue
    const bytes = await host.read(path, LARGEST).catch(() => undefined)
    if (bytes) found.push({ path, text: new Secret(Buffer.from(bytes).toString('utf8')) })
  }
  return found
}

async function identityIn(
  services: KeyServices,
  { path, text }: Candidate,
): Promise<KeyUnwrapper | undefined> {
  if (!OPENS.test(text.reveal())) return undefined
  return services.identity(text, path).catch(() => undefined)
}

/** Whether it yields the very key that the manifest commits to. */
async function opens(
  source: BackupSource,
  snapshot: Snapshot,
  identity: KeyUnwrapper,
  signal: AbortSignal,
): Promise<boolean> {
  const { generations } = await readKeys(snapshot, { ...source, signal })
  const { dataKey } = await unwrapDataKey(snapshot, generations, [identity], signal)
  return dataKey !== undefined
}

function maySign({ trust }: BackupSource, { path, text }: Candidate): boolean {
  if (!SIGNS.test(text.reveal())) return false
  try {
    const { id } = parseSigner(text, path).publicKey
    return [...trust.snapshots, ...trust.records].some((one) => one.id === id)
  } catch (thrown) {
    if (thrown instanceof KeepError) return false
    throw thrown
  }
}

export interface KeySearch {
  readonly host: Host
  readonly keyServices: KeyServices
  readonly beside: readonly string[]
  readonly signal: AbortSignal
}

/** Throws where the store fails; what cannot be read on the host is passed by. */
export async function backupKeys(
  source: BackupSource,
  newest: Snapshot | undefined,
  { host, keyServices, beside, signal }: KeySearch,
): Promise<BackupKeys> {
  const inside = directoryOf(source.location)
  const near = beside.map((path) => dirname(resolve(path)))
  const places = [...new Set([OWN_PLACE, ...near, ...(inside === undefined ? [] : [inside])])]
  const opening: string[] = []
  const signing: string[] = []
  for (const place of places)
    for (const file of await filesIn(host, place)) {
      const identity = await identityIn(keyServices, file)
      if (identity && newest && (await opens(source, newest, identity, signal)))
        opening.push(file.path)
      if (place === inside && maySign(source, file)) signing.push(file.path)
    }
  return { places, opening, signing }
}

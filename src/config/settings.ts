// Which flag each setting stands for: a flag that is given wins over it.
import { fromFile, type LoadedConfig } from './parse-config.ts'
import type { Config } from './schema.ts'

/** As it would be written behind the flag; several for a list. */
export type Setting = (loaded: LoadedConfig) => string | number | readonly string[] | undefined

type Snapshots = NonNullable<Config['snapshots']>

const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const KEY_FILE = 'key-file:'

const snapshots =
  (read: (found: Snapshots, path: (given: string) => string) => ReturnType<Setting>): Setting =>
  (loaded) =>
    loaded.config.snapshots && read(loaded.config.snapshots, fromFile(loaded))

const cluster =
  (
    read: (
      found: NonNullable<Config['cluster']>,
      path: (given: string) => string,
    ) => ReturnType<Setting>,
  ): Setting =>
  (loaded) =>
    loaded.config.cluster && read(loaded.config.cluster, fromFile(loaded))

/** A path that stands bare, or an address of another kind. */
const bare = (path: (given: string) => string) => (given: string) =>
  SCHEME.test(given) ? given : path(given)

function recipient(given: string, path: (given: string) => string): string {
  if (given.startsWith(KEY_FILE)) return `${KEY_FILE}${path(given.slice(KEY_FILE.length))}`
  return given
}

/** `store:PLACE` and `copy:PLACE` hold a place of their own. */
function anchor(given: string, path: (given: string) => string): string {
  const [, kind = '', place = given] = /^(store:|copy:)?(.*)$/s.exec(given) ?? []
  return `${kind}${bare(path)(place)}`
}

const maybe = <T, R>(value: T | undefined, use: (value: T) => R): R | undefined =>
  value === undefined ? undefined : use(value)

const REPOSITORY = {
  repository: snapshots(({ stores }, path) => maybe(stores?.[0], bare(path))),
  trust: snapshots(({ trust }, path) => trust?.map(bare(path))),
  'trust-records': snapshots(({ trustRecords }, path) => trustRecords?.map(bare(path))),
  anchor: snapshots(({ anchors }, path) => anchors?.map((one) => anchor(one, path))),
  endpoints: cluster(({ endpoints }) => endpoints),
  cacert: cluster(({ cacert }, path) => maybe(cacert, path)),
  cert: cluster(({ cert }, path) => maybe(cert, path)),
  key: cluster(({ key }, path) => maybe(key?.file, path)),
} as const

const RETENTION = Object.fromEntries(
  (['last', 'within', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map((name) => [
    `keep-${name}`,
    snapshots(({ retention }) => retention?.[name]),
  ]),
)

const recording: Setting = snapshots(({ recordKey, signingKey }, path) =>
  maybe(recordKey?.file ?? signingKey?.file, path),
)

const identity: Setting = snapshots(({ identities }, path) => identities?.map(path))

/** Of every command on a repository that records what it did. */
const RECORDING: Readonly<Record<string, Setting>> = {
  ...REPOSITORY,
  'sign-with': recording,
  identity,
}

const copies: Setting = snapshots(({ stores }, path) => stores?.slice(1).map(bare(path)))

const SAVING: Readonly<Record<string, Setting>> = {
  ...REPOSITORY,
  'copy-to': copies,
  'sign-with': snapshots(({ signingKey }, path) => maybe(signingKey?.file, path)),
  recipient: snapshots(({ recipients }, path) => recipients?.map((one) => recipient(one, path))),
  spool: snapshots(({ spool }, path) => maybe(spool, path)),
}

const rpo: Setting = snapshots(({ rpo }) => rpo)

/** A repository that nobody is trusted for cannot be judged: then `check` goes on without it. */
const judged =
  (setting: Setting): Setting =>
  (loaded) => {
    const { stores, trust } = loaded.config.snapshots ?? {}
    return stores && trust ? setting(loaded) : undefined
  }

const CHECKING: Readonly<Record<string, Setting>> = {
  repository: judged(snapshots(({ stores }, path) => stores?.map(bare(path)))),
  trust: judged(REPOSITORY.trust),
  'trust-records': judged(REPOSITORY['trust-records']),
  anchor: judged(REPOSITORY.anchor),
  rpo,
}

/** Reading needs a signing key only to know whom to trust. */
const LISTING: Readonly<Record<string, Setting>> = {
  ...REPOSITORY,
  'sign-with': snapshots(({ trust, signingKey }, path) =>
    trust ? undefined : maybe(signingKey?.file, path),
  ),
}

const OF_COMMAND: Readonly<Record<string, Readonly<Record<string, Setting>>>> = {
  check: CHECKING,
  'snapshot/save': SAVING,
  'snapshot/list': LISTING,
  'snapshot/sync': { ...LISTING, 'copy-to': copies },
  'snapshot/prune': { ...RECORDING, ...RETENTION },
  'snapshot/drill': { ...RECORDING, rpo },
}

/** Stands among the written flags where a file takes the place of the repository. */
export const A_FILE = '(file)'

/** A flag that is given takes the settings away that belong to what it replaces. */
const DISPLACED: Readonly<Record<string, readonly string[]>> = {
  repository: [A_FILE],
  trust: [A_FILE],
  'trust-records': [A_FILE],
  anchor: [A_FILE, 'repository'],
  'copy-to': [A_FILE, 'repository'],
  'sign-with': [A_FILE],
  recipient: [A_FILE],
  spool: [A_FILE],
  cacert: ['endpoints'],
  cert: ['endpoints', 'key', 'user'],
  key: ['endpoints', 'cert', 'user'],
  ...Object.fromEntries(Object.keys(RETENTION).map((name) => [name, Object.keys(RETENTION)])),
}

/** What the configuration says for the flags of a command that were not written, as they would be written. */
export function settingsFor(
  command: string,
  loaded: LoadedConfig,
  written: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const settings = OF_COMMAND[command] ?? RECORDING
  const found = Object.entries(settings).flatMap(([flag, setting]) => {
    const displaced = [flag, ...(DISPLACED[flag] ?? [])].some((one) => written.has(one))
    const value = displaced ? undefined : setting(loaded)
    if (value === undefined) return []
    return [[flag, Array.isArray(value) ? value.map(String) : [String(value)]] as const]
  })
  return new Map(found)
}

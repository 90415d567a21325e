// The buckets beside the keys: members, access, alarms, and where etcd stands.
import { corrupt } from '../byte-source.ts'
import { fields } from './protobuf.ts'
import type { SurveyedMember, SurveyedRole, SurveyedUser, SurveyResult } from './result.ts'
import type { Tree } from './tree.ts'

const text = (bytes: Buffer) => bytes.toString('utf8')

function members(tree: Tree): readonly SurveyedMember[] {
  return tree.entries('members').map(({ key, value }) => {
    const found = parsed(value)
    const list = (name: string) => {
      const given = found[name]
      return Array.isArray(given) ? given.filter((one) => typeof one === 'string') : []
    }
    const name = found['name']
    return {
      id: text(key),
      name: typeof name === 'string' ? name : '',
      peerUrls: list('peerURLs'),
      clientUrls: list('clientURLs'),
      learner: found['isLearner'] === true,
    }
  })
}

function parsed(json: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text(json))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw corrupt('a member is no JSON')
}

function user(value: Buffer): SurveyedUser {
  const found = fields(value)
  const strings = (number: number) =>
    found.filter((field) => field.number === number).map(({ bytes }) => text(bytes))
  const options = found.filter((field) => field.number === 4).flatMap(({ bytes }) => fields(bytes))
  return {
    name: strings(1)[0] ?? '',
    roles: strings(3),
    password: !options.some((field) => field.number === 1 && field.value === 1n),
  }
}

function role(value: Buffer): SurveyedRole {
  const found = fields(value)
  const name = found.find((field) => field.number === 1)
  return {
    name: name ? text(name.bytes) : '',
    permissions: found.filter((field) => field.number === 2).length,
  }
}

const ALARMS = ['NONE', 'NOSPACE', 'CORRUPT']

/** `NOSPACE 8e9e05c52164694d` */
function alarm(key: Buffer): string {
  const found = fields(key)
  const number = (at: number) => found.find((field) => field.number === at)?.value ?? 0n
  return `${ALARMS[Number(number(2))] ?? `alarm ${number(2)}`} ${number(1).toString(16)}`
}

const revisionOf = (bytes: Buffer | undefined) =>
  bytes && bytes.length >= 17 ? bytes.readBigInt64BE(0) : undefined
const numberOf = (bytes: Buffer | undefined) =>
  bytes?.length === 8 ? bytes.readBigUInt64BE(0) : undefined

/** The fields that are there. */
const known = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

type Small = Pick<
  SurveyResult,
  'members' | 'auth' | 'consistentIndex' | 'term' | 'clusterVersion' | 'compact'
> & {
  readonly leases: number
  readonly alarms: readonly string[]
  readonly storageVersion?: string
}

export function smallBuckets(tree: Tree): Small {
  const values = (name: string) =>
    new Map(tree.entries(name).map(({ key, value }) => [text(key), value]))
  const meta = values('meta')
  const string = (bytes: Buffer | undefined) => (bytes ? text(bytes) : undefined)
  const users = tree.entries('authUsers').map(({ value }) => user(value))
  const roles = tree.entries('authRoles').map(({ value }) => role(value))
  return {
    members: members(tree),
    auth: { enabled: values('auth').get('authEnabled')?.[0] === 1, users, roles },
    leases: tree.entries('lease').length,
    alarms: tree.entries('alarm').map(({ key }) => alarm(key)),
    compact: known({
      scheduled: revisionOf(meta.get('scheduledCompactRev')),
      finished: revisionOf(meta.get('finishedCompactRev')),
    }),
    ...known({
      consistentIndex: numberOf(meta.get('consistent_index')),
      term: numberOf(meta.get('term')),
      storageVersion: string(meta.get('storageVersion')),
      clusterVersion: string(values('cluster').get('clusterVersion')),
    }),
  }
}

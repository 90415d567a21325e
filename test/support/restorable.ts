// A cluster in plaintext on loopback that a test starts, stops and starts again on the same data directories.
import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { EtcdBinary } from '../../src/ports/binaries.ts'
import type { Etcd, EtcdTarget } from '../../src/ports/etcd.ts'
import type { Started } from '../../src/ports/launcher.ts'
import { wire } from '../../src/wiring.ts'
import { eventually } from './eventually.ts'
import { session } from './session.ts'

export const ports = wire()

export interface Restorable {
  readonly directory: string
  readonly endpoints: readonly string[]
  /** `--member` for each, as the command takes it. */
  readonly flags: readonly string[]
  dataDirectory(index: number): string
  etcd(user?: EtcdTarget['user']): Etcd
  /** Starts all members, or these; with another program where one is given. */
  start(options?: {
    readonly only?: readonly number[]
    readonly binary?: EtcdBinary
  }): Promise<void>
  stop(): Promise<void>
}

export async function layCluster(
  t: TestContext,
  binary: EtcdBinary,
  count: 1 | 3,
  wal = false,
): Promise<Restorable> {
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-test-')
  const free = await ports.loopback.freePorts(2 * count)
  const members = Array.from({ length: count }, (_, index) => ({
    name: `m${index + 1}`,
    client: `http://127.0.0.1:${free[2 * index]}`,
    peer: `http://127.0.0.1:${free[2 * index + 1]}`,
    data: join(directory, `m${index + 1}`),
    wal: join(directory, `m${index + 1}-wal`),
  }))
  const cluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',')
  let running: Started[] = []
  const clients: Etcd[] = []
  const endpoints = members.map(({ client }) => client)
  const start: Restorable['start'] = async (options = {}) => {
    const { only = members.map((_, index) => index) } = options
    for (const [index, one] of members.entries()) {
      if (!only.includes(index)) continue
      await mkdir(one.data, { recursive: true, mode: 0o700 })
      const argv = [
        (options.binary ?? binary).etcd,
        `--name=${one.name}`,
        `--data-dir=${one.data}`,
        ...(wal ? [`--wal-dir=${one.wal}`] : []),
        `--listen-client-urls=${one.client}`,
        `--advertise-client-urls=${one.client}`,
        `--listen-peer-urls=${one.peer}`,
        `--initial-advertise-peer-urls=${one.peer}`,
        `--initial-cluster=${cluster}`,
        '--unsafe-no-fsync',
      ].filter((flag) => flag !== '--unsafe-no-fsync' || !binary.version.startsWith('3.4')) as [
        string,
        ...string[],
      ]
      const log = join(directory, `${one.name}.log`)
      running.push(await ports.launcher.start({ argv, log }))
    }
    for (const index of only) await answers(endpoints[index] ?? '')
  }
  const stop = async () => {
    await Promise.all(running.map((one) => one.kill()))
    running = []
  }
  t.after(async () => {
    for (const client of clients) client.close()
    await stop()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    directory,
    endpoints,
    flags: members.flatMap(({ name, data, peer, client, wal: place }) => [
      '--member',
      `name=${name},data-dir=${data},peer-url=${peer},client-url=${client}${wal ? `,wal-dir=${place}` : ''}`,
    ]),
    dataDirectory: (index) => members[index]?.data ?? '',
    etcd(user) {
      const client = ports.etcd.connect({ endpoints, ...(user && { user }) })
      clients.push(client)
      return client
    },
    start,
    stop,
  }
}

/** Until it serves with a leader; with users on, until it says that it wants to know who asks. */
async function answers(endpoint: string): Promise<void> {
  const etcd = ports.etcd.connect({ endpoints: [endpoint] })
  try {
    await eventually(`${endpoint} answers`, async () => {
      try {
        return (await etcd.maintenance.status(endpoint, { timeoutMs: 1000 })).leader !== 0n
      } catch (thrown) {
        return (thrown as { kind?: string }).kind === 'denied'
      }
    })
  } finally {
    etcd.close()
  }
}

export const key = (name: string) => Buffer.from(`/registry/things/default/${name}`)
export const put = async (cluster: Restorable, ...names: readonly string[]) => {
  const etcd = cluster.etcd()
  for (const name of names) await etcd.kv.put({ key: key(name), value: Buffer.from(name) })
}
/** Of root where users are on. */
export const save = async (
  cluster: Pick<Restorable, 'directory' | 'endpoints'>,
  ...args: readonly string[]
): Promise<string> => {
  const file = join(cluster.directory, 'etcd.db')
  const from = ['--output', file, '--endpoints', cluster.endpoints[0] ?? '']
  const saved = await session(['snapshot', 'save', ...from, ...args])
  assert.equal(saved.code, 0, saved.err)
  return file
}
export const restore = (cluster: Pick<Restorable, 'directory'>, ...args: readonly string[]) =>
  session([
    'snapshot',
    'restore',
    '--state',
    join(cluster.directory, 'state'),
    '--yes',
    '-o',
    'json',
    ...args,
  ])
export const has = async (cluster: Restorable, name: string) =>
  (await cluster.etcd().kv.range({ key: key(name) })).kvs.length === 1

export interface Told {
  readonly outcome?: { as: string; kept: readonly string[]; proven?: { members: number } }
  readonly plan: {
    readonly bump?: string
    readonly tool: { readonly version: string }
    readonly etcd?: { readonly version: string }
    readonly content: { readonly revision: string }
  }
  readonly gap?: string
  readonly error?: { readonly code: string; readonly hint?: string }
}
export const read = (text: string) => JSON.parse(text) as Told

// The restored member, started on loopback: what it serves is the whole cluster's secrets, so it serves them to one
// certificate of an authority that lives as long as the drill.
import { join } from 'node:path'
import { KeepError, messageOf } from '../../core/error.ts'
import { issue } from '../../pki/issue.ts'
import { privatePem } from '../../pki/key.ts'
import { freeLayout, writePair } from '../../pki/layout.ts'
import { authority, client, server } from '../../pki/profiles.ts'
import type { Etcd, EtcdTls } from '../../ports/etcd.ts'
import type { Ports } from '../../ports/ports.ts'

export type StartPorts = Pick<Ports, 'clock' | 'etcd' | 'files' | 'host' | 'launcher' | 'loopback'>

export interface DrillMember {
  readonly name: string
  readonly clientUrl: string
  readonly peerUrl: string
}

export interface StartedMember {
  readonly etcd: Etcd
  readonly endpoint: string
  stop(): Promise<void>
}

export interface StartOptions {
  readonly member: DrillMember
  /** The etcd program. */
  readonly program: string
  /** Of the drill; the restored data lies in `data` below it. */
  readonly directory: string
  /** Bytes of the database. */
  readonly size: number
  readonly signal: AbortSignal
}

/** etcd's largest sensible quota; a larger database gets one that fits. */
const QUOTA = 8 * 1024 ** 3
/** Boot reads every row; a slow disk gives 20 MB in a second. */
const bootMs = (size: number): number => 60_000 + size / 20_000

/** The user that exists wherever users are on: etcd takes the common name for the user's. */
const CLIENT = 'root'

/** Writes what the member needs; the client's key and the authority's never touch a file. */
async function layPki(ports: StartPorts, directory: string, member: DrillMember): Promise<EtcdTls> {
  const life = { now: ports.clock.now(), days: 1 }
  const ca = await issue(authority('etcdkeep-drill', life, true))
  const places = [member.clientUrl, member.peerUrl]
  const pair = freeLayout(directory)('server')
  await writePair(ports.files, pair, await issue(server({ name: member.name, places }, life), ca))
  await ports.files.write(join(directory, 'ca.crt'), ca.pem, { mode: 0o600 })
  const shown = await issue(client(CLIENT, life), ca)
  return { ca: ca.pem, cert: shown.pem, key: privatePem(shown.key) }
}

function argvOf({ member, program, directory, size }: StartOptions): [string, ...string[]] {
  const { name, clientUrl, peerUrl } = member
  const file = (base: string) => join(directory, base)
  return [
    program,
    `--name=${name}`,
    `--data-dir=${file('data')}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=${name}=${peerUrl}`,
    ...['', 'peer-'].flatMap((side) => [
      `--${side}cert-file=${file('server.crt')}`,
      `--${side}key-file=${file('server.key')}`,
      `--${side}trusted-ca-file=${file('ca.crt')}`,
      `--${side}client-cert-auth=true`,
    ]),
    `--quota-backend-bytes=${Math.max(QUOTA, 2 * size)}`,
  ]
}

/** The last thing that etcd complained about: it names files and flags, never a key or a value. */
async function lastWords(ports: StartPorts, log: string): Promise<string> {
  const bytes = await ports
    .host()
    .read(log, 64 << 20)
    .catch(() => new Uint8Array())
  const line = Buffer.from(bytes)
    .toString()
    .split('\n')
    .findLast((one) => /"level":"(error|fatal|panic)"|^panic:| [CE] \| /.test(one))
  return line === undefined ? '' : `: ${line.slice(0, 300)}`
}

async function awaitLeader(
  ports: StartPorts,
  { etcd, endpoint }: StartedMember,
  { size, directory, signal }: StartOptions,
  over: () => boolean,
): Promise<void> {
  const end = performance.now() + bootMs(size)
  for (let why = 'it has no leader'; ;) {
    signal.throwIfAborted()
    try {
      const status = await etcd.maintenance.status(endpoint, { timeoutMs: 2000, signal })
      if (status.leader !== 0n) return
    } catch (thrown) {
      signal.throwIfAborted()
      why = messageOf(thrown)
    }
    if (over() || performance.now() > end) {
      const what = over() ? 'etcd ends on the restored data' : `etcd is not ready: ${why}`
      const words = await lastWords(ports, join(directory, 'etcd.log'))
      throw new KeepError('corrupt', 'drill.no-start', `${what}${words}`, {
        hint: 'try the etcd that the snapshot was taken from: --etcd-version VERSION',
      })
    }
    await ports.clock.sleep(20, signal)
  }
}

/** Resolves when it answers and knows a leader. Throws `corrupt` (`drill.no-start`) where it never does. */
export async function startMember(
  ports: StartPorts,
  options: StartOptions,
): Promise<StartedMember> {
  const { member, directory } = options
  const tls = await layPki(ports, directory, member)
  const started = await ports.launcher.start({
    argv: argvOf(options),
    // Up to 3.4 it wants to be asked nicely on anything but amd64.
    environment: process.arch === 'x64' ? {} : { ETCD_UNSUPPORTED_ARCH: process.arch },
    directory,
    log: join(directory, 'etcd.log'),
  })
  let over = false
  void started.exited.then(() => (over = true))
  const endpoint = member.clientUrl
  const etcd = ports.etcd.connect({ endpoints: [endpoint], tls })
  const stop = async () => {
    etcd.close()
    await started.kill()
  }
  const running = { etcd, endpoint, stop }
  try {
    await awaitLeader(ports, running, options, () => over)
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return running
}

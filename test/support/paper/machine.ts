// A wide-open cluster on paper: real files, a played kubelet and played etcds.
import { cpSync, readFileSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { manualClock } from '../../../src/adapters/clock/manual.ts'
import { nodeFiles } from '../../../src/adapters/files/node-files.ts'
import { linuxHost } from '../../../src/adapters/host/linux.ts'
import { missing } from '../../../src/core/fact.ts'
import { KeepError } from '../../../src/core/error.ts'
import type { HardenPorts } from '../../../src/harden/apply-hardening.ts'
import type { Lab } from '../../../src/lab/model.ts'
import type { Host } from '../../../src/ports/host.ts'
import { hasQuorum, paperConnector, type PaperMember } from './etcd.ts'
import { paperKubelet, type KubeletState, type PaperProcess } from './kubelet.ts'
import { watched, type Moment } from './moments.ts'

/** Everything that a power cut leaves: the files, as a copy, and what goes on without the tool. */
export interface Standing {
  /** A copy of the lab's directory. */
  readonly files: string
  readonly members: readonly PaperMember[]
  readonly leader: bigint
  readonly kubelet: KubeletState
}

export interface Machine {
  readonly lab: Lab
  readonly ports: HardenPorts
  readonly members: readonly PaperMember[]
  readonly state: string
  /** Told of every moment at which a power cut would leave something else. */
  watch: Moment
  /** What must never be, seen at some moment. */
  readonly violations: readonly string[]
  /** The id of the leader. */
  leader(): bigint
  /** The kubelet looks at its directory. */
  look(): Promise<void>
  /** What would be left if the power failed now; `files` is where the copy goes. */
  stand(files: string): Standing
}

function asked<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch {
    throw new KeepError('not-found', 'host.enoent', `${path}: no such file or directory`)
  }
}

const NOWHERE = {
  environment: missing('a process on paper has none'),
  workingDirectory: '/',
  root: '/',
  executable: '/etcd',
  started: '1',
} as const

/** Without the care for links that lead out of a root: thousands of runs ask it. */
const hostOf = (processes: () => readonly PaperProcess[]): Host => ({
  ...linuxHost(),
  read: async (path) => asked(path, () => readFileSync(path)),
  realpath: async (path) => asked(path, () => realpathSync(path)),
  list: async (path) => asked(path, () => readdirSync(path)),
  stat: async (path) =>
    asked(path, () => {
      const { uid, gid, mode, size, ino } = statSync(path)
      return { type: 'file', mode: mode & 0o7777, uid, gid, size, inode: String(ino) }
    }),
  pids: async () => processes().map(({ pid }) => pid),
  async process(pid) {
    const found = processes().find((one) => one.pid === pid)
    if (!found) throw new KeepError('not-found', 'host.gone', 'no such process')
    return { ...found, ...NOWHERE }
  },
})

/** Every file below a directory. */
export const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))

const isKey = (path: string) => readFileSync(path, 'latin1').includes('PRIVATE KEY')

/** Private keys that others may read. */
export const wideKeys = (directory: string): readonly string[] =>
  filesBelow(directory).filter((path) => (statSync(path).mode & 0o077) !== 0 && isKey(path))

/** A wide-open cluster of which `files` is a copy; nothing of it runs before the first `look`. */
export const atFirst = (lab: Lab, files: string): Standing => ({
  files,
  leader: BigInt(lab.members.length),
  members: lab.members.map(({ name, peerUrl }, index) => {
    const id = BigInt(index + 1)
    return { id, name, peerUrls: [peerUrl], isLearner: false, errors: [], launch: undefined }
  }),
  kubelet: { texts: new Map(), processes: new Map(), pid: 1000 },
})

const copyOf = ({ texts, processes, pid }: KubeletState): KubeletState => {
  return { texts: new Map(texts), processes: new Map(processes), pid }
}

export async function machine(lab: Lab, from: Standing): Promise<Machine> {
  rmSync(lab.directory, { recursive: true, force: true })
  cpSync(from.files, lab.directory, { recursive: true })
  const violations: string[] = []
  const kubeletState = copyOf(from.kubelet)
  const host = hostOf(() => [...kubeletState.processes.values()])
  const etcds = { members: from.members.map((one) => ({ ...one })), leader: from.leader }
  const { members } = etcds
  const kubelet = paperKubelet(host, lab.manifests, members, kubeletState)
  const clock = manualClock()
  const look = async () => {
    if (!(await kubelet.look())) return
    if (members.length > 2 && !members.some((one) => hasQuorum(one, members)))
      violations.push('the quorum was lost')
  }
  const watch: Moment = (what) => own.watch(what)
  const own: Machine = {
    lab,
    ports: {
      clock: {
        now: () => clock.now(),
        async sleep(ms, signal) {
          await clock.sleep(ms, signal)
          await look()
        },
      },
      etcd: paperConnector(etcds, watch),
      files: watched(nodeFiles(), watch),
      host: () => host,
      launcher: {} as HardenPorts['launcher'],
      loopback: {} as HardenPorts['loopback'],
      supervisor: {
        present: async () => false,
        async restart() {},
      },
    },
    members,
    state: join(lab.directory, 'state'),
    watch() {},
    violations,
    leader: () => etcds.leader,
    look,
    stand(files) {
      cpSync(lab.directory, files, { recursive: true })
      const { leader } = etcds
      return {
        files,
        leader,
        members: members.map((one) => ({ ...one })),
        kubelet: copyOf(kubeletState),
      }
    },
  }
  if (kubeletState.texts.size === 0) await look()
  return own
}

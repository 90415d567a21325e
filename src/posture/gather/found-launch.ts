import { known, valueOf, type Fact } from '../../core/fact.ts'
import { variable } from '../../effective/environment.ts'
import { kindOfEtcdFlag } from '../../effective/etcd-flags.ts'
import { parseGoFlags } from '../../effective/go-flags.ts'
import { hostPath, type Launch, type Program } from '../../effective/model.ts'
import { resolveApiserver } from '../../effective/resolve-apiserver.ts'
import { resolveEtcd } from '../../effective/resolve-etcd.ts'
import type { ReadText, Start } from '../../effective/start.ts'
import { isUnresolved } from '../../effective/unresolved.ts'
import type { Host } from '../../ports/host.ts'
import { readText } from './read-text.ts'

/** A start that was found, with what it comes to. */
export interface FoundLaunch {
  readonly program: Program
  /** Known even where the launch itself is not. */
  readonly name: string
  /** What it calls itself is hidden; `name` is a substitute. */
  readonly unnamed?: boolean
  readonly source: string
  readonly launch: Fact<Launch>
  /** Of a process whose environment may not be read: what its arguments alone come to. */
  readonly visible?: Launch
  readonly pid?: number
  /** Where its container's root lies on the host, for a process in another mount namespace. */
  readonly root?: string
}

/** The name that the start itself tells, whatever else is hidden. */
function likelyName({ argv, environment, program }: Start): string | undefined {
  if (program === 'kube-apiserver') return undefined
  const flag = parseGoFlags(argv, kindOfEtcdFlag).flags.findLast((one) => one.name === 'name')
  const fromEnvironment = environment.known ? variable(environment.value, 'ETCD_NAME') : undefined
  const said = flag?.value ?? fromEnvironment
  return said === undefined || isUnresolved(said) ? undefined : said
}

/** Nothing is known to be so: a variable may name a configuration file that replaces every flag. */
async function fromArguments(start: Start, read: ReadText): Promise<Launch | undefined> {
  if (start.program !== 'etcd' || start.layer !== 'running' || start.environment.known)
    return undefined
  return valueOf(await resolveEtcd({ ...start, environment: known([]) }, read))
}

/** The launch; else as much of the visible one as is said by an argument or a file, and not by default. */
export function spoken({ launch, visible }: FoundLaunch): Launch | undefined {
  if (launch.known || !visible) return valueOf(launch)
  const said = Object.entries(visible.settings).filter(([, one]) => one.origin.kind !== 'default')
  return { ...visible, settings: Object.fromEntries(said) }
}

/** Resolves a start; files are read where the program would read them. */
export async function resolveStart(
  host: Host,
  start: Start,
  read: ReadText = (path) => readText(host, hostPath(start, path)),
): Promise<FoundLaunch> {
  const launch = start.program === 'etcd' ? await resolveEtcd(start, read) : resolveApiserver(start)
  const visible = await fromArguments(start, read)
  const name = launch.known ? launch.value.name : likelyName(start)
  const substitute = start.program === 'etcd' ? 'default' : 'kube-apiserver'
  return {
    program: start.program,
    name: name ?? start.name ?? substitute,
    ...(name === undefined && { unnamed: true }),
    source: start.source,
    launch,
    ...(visible && { visible }),
    ...(start.pid !== undefined && { pid: start.pid }),
  }
}

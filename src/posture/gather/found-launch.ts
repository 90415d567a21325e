import type { Fact } from '../../core/fact.ts'
import { variable } from '../../effective/environment.ts'
import { kindOfEtcdFlag } from '../../effective/etcd-flags.ts'
import { parseGoFlags } from '../../effective/go-flags.ts'
import { hostPath, type Launch, type Program } from '../../effective/model.ts'
import { resolveApiserver } from '../../effective/resolve-apiserver.ts'
import { resolveEtcd } from '../../effective/resolve-etcd.ts'
import type { Start } from '../../effective/start.ts'
import type { Host } from '../../ports/host.ts'
import { readText } from './read-text.ts'

/** A start that was found, with what it comes to. */
export interface FoundLaunch {
  readonly program: Program
  /** Known even where the launch itself is not. */
  readonly name: string
  readonly source: string
  readonly launch: Fact<Launch>
  readonly pid?: number
  /** Where its container's root lies on the host, for a process in another mount namespace. */
  readonly root?: string
}

/** The name that the start itself tells, whatever else is hidden. */
function likelyName({ argv, environment, name, program }: Start): string {
  if (program === 'kube-apiserver') return name ?? 'kube-apiserver'
  const flag = parseGoFlags(argv, kindOfEtcdFlag).flags.findLast((one) => one.name === 'name')
  const fromEnvironment = environment.known ? variable(environment.value, 'ETCD_NAME') : undefined
  return flag?.value ?? fromEnvironment ?? name ?? 'default'
}

/** Resolves a start; files are read where the program would read them. */
export async function resolveStart(host: Host, start: Start): Promise<FoundLaunch> {
  const read = (path: string) => readText(host, hostPath(start, path))
  const launch = start.program === 'etcd' ? await resolveEtcd(start, read) : resolveApiserver(start)
  return {
    program: start.program,
    name: launch.known ? launch.value.name : likelyName(start),
    source: start.source,
    launch,
    ...(start.pid !== undefined && { pid: start.pid }),
  }
}

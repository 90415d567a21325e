// What the configuration files of an API server say: those of its process, and those of its manifest where they differ.
import { missing, valueOf, type Fact } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { Apiserver } from '../observation.ts'
import { accessConfig } from './apiserver-access.ts'
import { encryptionFlag, encryptionOf } from './encryption.ts'

type Files = Pick<Apiserver, 'encryption' | 'access' | 'declaredFiles'>

const named = (launch: Launch): string =>
  [
    encryptionFlag(launch),
    setting(launch, 'authentication-config'),
    setting(launch, 'authorization-config'),
  ].join('\n')

async function filesOf(host: Host, launch: Fact<Launch>) {
  if (!launch.known) return { encryption: missing(launch.why, launch.access), access: {} }
  const [encryption, access] = await Promise.all([
    encryptionOf(host, launch.value),
    accessConfig(host, launch.value),
  ])
  return { encryption, access }
}

/** Never throws. */
export async function apiserverFiles(
  host: Host,
  { declared, running }: Pick<Apiserver, 'declared' | 'running'>,
): Promise<Files> {
  const files = await filesOf(host, running.known ? running : declared)
  const [now, next] = [valueOf(running), valueOf(declared)]
  if (!now || !next || named(now) === named(next)) return files
  return { ...files, declaredFiles: await filesOf(host, declared) }
}

// Plays the kubelet of a machine on paper: restarts a member when the text of its manifest changes.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setting, urls, type Launch } from '../../../src/effective/model.ts'
import { manifestArgv } from '../../../src/harden/edit-manifest.ts'
import { readManifestDirectory } from '../../../src/posture/gather/manifest-directory.ts'
import type { Host } from '../../../src/ports/host.ts'
import type { PaperMember } from './etcd.ts'

export interface PaperProcess {
  readonly pid: number
  readonly member: string
  readonly argv: readonly string[]
}

/** What it knows, by manifest. */
export interface KubeletState {
  readonly texts: Map<string, string>
  readonly processes: Map<string, PaperProcess>
  pid: number
}

export interface Kubelet {
  /** Whether anything was restarted. */
  look(): Promise<boolean>
}

/** Every file of a TLS door has to be there, and key and certificate have to be a pair. */
function starts(launch: Launch): boolean {
  const read = (flag: string) => readFileSync(setting(launch, flag) ?? '/nowhere', 'utf8')
  const closed = (flag: string) => urls(launch, flag).some((url) => url.startsWith('https:'))
  const whole = (prefix: string) =>
    new X509Certificate(read(`${prefix}cert-file`)).checkPrivateKey(
      createPrivateKey(read(`${prefix}key-file`)),
    ) && read(`${prefix}trusted-ca-file`).includes('END CERTIFICATE')
  try {
    return (
      (!closed('listen-client-urls') || whole('')) &&
      (!closed('listen-peer-urls') || whole('peer-'))
    )
  } catch {
    return false
  }
}

export function paperKubelet(
  host: Host,
  manifests: string,
  members: readonly PaperMember[],
  state: KubeletState,
): Kubelet {
  const restart = (name: string, text: string, launch: Launch | undefined) => {
    const member = members.find((one) => `etcd-${one.name}.yaml` === name)
    if (!member || !launch) throw new Error(`the kubelet would choke on ${name}`)
    const runs = starts(launch)
    member.launch = runs ? launch : undefined
    state.processes.delete(name)
    state.pid += 1
    const argv = manifestArgv(text, 'etcd')
    if (runs) state.processes.set(name, { pid: state.pid, member: member.name, argv })
  }
  return {
    async look() {
      let restarted = false
      for (const name of (await host.list(manifests)).filter((one) => !one.startsWith('.'))) {
        const path = join(manifests, name)
        const text = readFileSync(path, 'utf8')
        if (state.texts.get(name) === text) continue
        state.texts.set(name, text)
        const { found } = await readManifestDirectory(host, manifests)
        const launch = found.find((one) => one.launch.known && one.launch.value.file === path)
        restart(name, text, launch?.launch.known ? launch.launch.value : undefined)
        restarted = true
      }
      return restarted
    },
  }
}

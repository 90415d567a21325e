// A running member that takes its settings from a configuration file.
import { readFile } from 'node:fs/promises'
import type { LabMember } from '../../src/lab/model.ts'
import type { Cluster } from './cluster.ts'
import { configPath, withConfigFile } from './config-file.ts'
import { eventually } from './eventually.ts'

/** Starts a member again from a configuration file that says what its manifest said. */
export async function configured(cluster: Cluster, member: LabMember): Promise<string> {
  const path = configPath(member)
  const { config, manifest } = withConfigFile(await readFile(member.manifest, 'utf8'), path)
  await cluster.ports.files.write(path, config, { mode: 0o600 })
  const before = cluster.pid(member.name)
  await cluster.ports.files.write(member.manifest, manifest, { mode: 0o600 })
  await eventually(`${member.name} runs from its file`, async () => {
    const pid = cluster.pid(member.name)
    if (pid === undefined || pid === before) return false
    const answer = cluster.etcd.maintenance.status(member.clientUrl, { timeoutMs: 1000 })
    return answer.then(
      () => true,
      () => false,
    )
  })
  return path
}

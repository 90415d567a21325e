import { join } from 'node:path'
import { KeepError } from '../core/error.ts'
import { layPki } from './lay-pki.ts'
import { manifestOf } from './manifest.ts'
import type { Lab, LabMember, LabOptions, LabPorts } from './model.ts'
import { SHAPES } from './shapes/by-name.ts'

export const stateFile = (directory: string): string => join(directory, 'lab.json')

export async function saveLab(ports: LabPorts, lab: Lab): Promise<void> {
  const text = `${JSON.stringify(lab, null, 2)}\n`
  await ports.files.write(stateFile(lab.directory), text, { mode: 0o600 })
}

export async function loadLab(ports: LabPorts, directory: string): Promise<Lab> {
  const bytes = await ports.host.read(stateFile(directory)).catch((cause: unknown) => {
    throw new KeepError('not-found', 'lab.none', `there is no lab in ${directory}`, {
      hint: 'start one: etcdkeep lab up --directory DIR',
      cause,
    })
  })
  try {
    const lab = JSON.parse(Buffer.from(bytes).toString()) as Lab
    if (lab.schema !== 'etcdkeep.lab/v1' || !Array.isArray(lab.members))
      throw new TypeError('it is no etcdkeep.lab/v1')
    return lab
  } catch (cause) {
    throw new KeepError('corrupt', 'lab.state', `${stateFile(directory)} cannot be read`, {
      hint: 'stop its etcd processes by hand and remove the directory',
      cause,
    })
  }
}

function planMember(options: LabOptions, index: number, ports: readonly number[]): LabMember {
  const name = `m${index + 1}`
  const { scheme } = SHAPES[options.shape]
  const at = (kind: number, protocol: string) =>
    `${protocol}://127.0.0.1:${ports[index * 3 + kind] ?? 0}`
  const home = join(options.directory, name)
  return {
    name,
    version: (options.binaries[index] ?? options.binaries.at(-1))?.version ?? '',
    clientUrl: at(0, scheme),
    peerUrl: at(1, scheme),
    metricsUrl: at(2, 'http'),
    manifest: join(options.directory, 'manifests', `etcd-${name}.yaml`),
    dataDirectory: join(home, 'data'),
    pki: join(home, 'pki'),
    log: join(options.directory, 'logs', `etcd-${name}.etcd.log`),
  }
}

/** Lays a lab's files: certificates, data directories, manifests last. Starts nothing. */
export async function layLab(ports: LabPorts, options: LabOptions): Promise<Lab> {
  const { files } = ports
  const { directory } = options
  const free = await ports.loopback.freePorts(options.members * 3)
  const members = Array.from({ length: options.members }, (_, index) =>
    planMember(options, index, free),
  )
  const lab: Lab = {
    schema: 'etcdkeep.lab/v1',
    directory,
    shape: options.shape,
    manifests: join(directory, 'manifests'),
    members,
  }
  const shape = SHAPES[options.shape]
  for (const path of [directory, lab.manifests, join(directory, 'logs')])
    await files.makeDirectory(path)
  for (const member of members) await files.makeDirectory(member.dataDirectory)
  await saveLab(ports, lab)
  await layPki(ports, shape, directory, members)
  for (const member of members) {
    const text = manifestOf(member, members, shape, options.change?.(member))
    await files.write(member.manifest, text, { mode: shape.manifestMode })
  }
  return lab
}

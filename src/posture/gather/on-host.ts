// What the host's files say of the members and API servers that were found on it.
import { missing, valueOf } from '../../core/fact.ts'
import type { Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { FileFacts, ManifestDirectory } from '../facts/files.ts'
import type { HostFacts } from '../facts/host.ts'
import type { Apiserver, Member } from '../observation.ts'
import { apiserverFiles } from './apiserver-files.ts'
import { certificateFiles } from './certificates.ts'
import { fileFacts } from './files.ts'
import type { Part } from './guard.ts'
import { hostFacts } from './host.ts'
import { memberFiles } from './member-files.ts'
import type { Launches } from './members.ts'
import type { GatherOptions } from './options.ts'

const HOST_ACCESS = 'run as root on the host'
const failed = missing('this could not be looked at, see what could not be read', HOST_ACCESS)

/** Every way in which something is started, running first. */
export const launchesOf = (
  all: readonly Pick<Launches, 'running' | 'declared' | 'visible'>[],
): readonly Launch[] =>
  all
    .flatMap((one) => [valueOf(one.running), one.visible, valueOf(one.declared)])
    .filter((one) => one !== undefined)

async function withFiles(host: Host, member: Member, part: Part): Promise<Member> {
  const otherwise = { dataDirectory: failed, disk: failed }
  const seen = await part(`data directory of ${member.name}`, otherwise, () =>
    memberFiles(host, member),
  )
  return { ...member, ...seen }
}

export interface OnHost {
  readonly members: readonly Member[]
  readonly apiservers: readonly Apiserver[]
  readonly files: readonly FileFacts[]
  readonly host: HostFacts
}

export interface Found {
  readonly members: readonly Member[]
  readonly apiservers: readonly Apiserver[]
  readonly manifestDirectories: readonly ManifestDirectory[]
}

/** Files, directories, disks, encryption configurations and the host itself, as far as they are asked for. */
export async function lookOnHost(
  host: Host,
  found: Found,
  needs: GatherOptions['needs'],
  part: Part,
): Promise<OnHost> {
  const launches = launchesOf([...found.members, ...found.apiservers])
  const nobody = missing('no member and no API server was found on this host', HOST_ACCESS)
  const why = launches.length === 0 ? nobody : failed
  const unseen: HostFacts = { name: host.name, swap: why, corePattern: why }
  const wantFiles = needs.has('files') || needs.has('host')
  const certificates = <T extends Member | Apiserver>(one: T): Promise<T['certificates']> =>
    part(`certificates of ${one.name}`, [], () => certificateFiles(host, one))
  const [members, apiservers, files, aboutHost] = await Promise.all([
    Promise.all(
      found.members.map(async (one) => ({
        ...(wantFiles ? await withFiles(host, one, part) : one),
        certificates: await certificates(one),
      })),
    ),
    Promise.all(
      found.apiservers.map(async (one) => ({
        ...one,
        certificates: await certificates(one),
        ...(await part(`configuration files of ${one.name}`, { encryption: failed }, () =>
          apiserverFiles(host, one),
        )),
      })),
    ),
    needs.has('files')
      ? part('files', [], () => fileFacts(host, launches, found.manifestDirectories))
      : [],
    needs.has('host') && launches.length > 0 ? part('host', unseen, () => hostFacts(host)) : unseen,
  ])
  return { members, apiservers, files, host: aboutHost }
}

import { known, missing, type Fact } from '../../core/fact.ts'
import type { Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { Member } from '../observation.ts'
import { diskUnder } from './disk.ts'
import { directoryFacts } from './files.ts'

export type MemberFiles = Pick<Member, 'dataDirectory' | 'disk'> &
  Partial<Pick<Member, 'walDirectory'>>

const elsewhere = missing('neither its process nor its manifest is on this host', 'run on its host')

/** The member's directories and the disk under them: of its process where that can be seen, else as declared. */
export async function memberFiles(
  host: Host,
  { running, declared }: { readonly running: Fact<Launch>; readonly declared: Fact<Launch> },
): Promise<MemberFiles> {
  const launch = running.known ? running : declared
  if (!launch.known) return { dataDirectory: elsewhere, disk: elsewhere }
  const { data, wal } = await directoryFacts(host, launch.value)
  if (!data) {
    const unnamed = missing('its data directory is not known')
    return { dataDirectory: unnamed, disk: unnamed }
  }
  return {
    dataDirectory: known(data),
    ...(wal && { walDirectory: known(wal) }),
    disk: await diskUnder(host, data.path),
  }
}

import { known, missing, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { member, seen } from '../example.ts'
import type { HostFacts } from '../facts/host.ts'
import type { Observation } from '../observation.ts'
import { host } from '../subjects.ts'

const evidence = (source: string, observed: string): Evidence => ({
  source,
  observed,
  layer: 'running',
})

const withHost = (parts: Partial<HostFacts>) =>
  seen({
    members: [member()],
    host: { name: 'node1', swap: known([]), corePattern: known('core'), ...parts },
  })

export default defineControl({
  id: 'swap-and-core',
  title: "etcd's memory does not reach the disk through swap",
  severity: 'medium',
  area: 'at rest',
  rationale:
    'The memory of etcd and of the API server holds every Secret in the clear, and the keys. Swap writes it to the disk, ' +
    'where it stays. The pattern for core files is shown beside it; Go programs write none unless GOTRACEBACK=crash is set.',
  remediation: 'swapoff -a and remove swap from /etc/fstab, or put swap on dm-crypt.',
  references: [],
  needs: ['host'],
  subjects: (all: Observation) =>
    all.members.length + all.apiservers.length === 0 ? [] : host(all),
  judge(all, { need }) {
    const areas = need(all.host.swap)
    const pattern = valueOf(all.host.corePattern)
    const cores = pattern === undefined ? [] : [evidence('/proc/sys/kernel/core_pattern', pattern)]
    const bare = areas.filter((area) => area.encrypted.known && !area.encrypted.value)
    const [first, ...rest] = bare.map((area) =>
      evidence('/proc/swaps', `${area.path} is in use and not encrypted`),
    )
    if (first) return fail(first.observed, [first, ...rest, ...cores])
    const dark = areas.find((area) => !area.encrypted.known)
    if (dark && !dark.encrypted.known)
      return unknown(`swap ${dark.path}: ${dark.encrypted.why}`, dark.encrypted.access)
    const summary = areas.length === 0 ? 'no swap is in use' : 'swap is encrypted'
    return pass(summary, evidence('/proc/swaps', summary), ...cores)
  },
  examples: [
    { name: 'no swap', given: withHost({}), expect: { node1: 'pass' } },
    {
      name: 'swap on dm-crypt',
      given: withHost({ swap: known([{ path: '/dev/dm-1', encrypted: known(true) }]) }),
      expect: { node1: 'pass' },
    },
    {
      name: 'swap on a bare partition',
      given: withHost({ swap: known([{ path: '/dev/sda2', encrypted: known(false) }]) }),
      expect: { node1: 'fail' },
    },
    {
      name: 'swap that may be encrypted below',
      given: withHost({ swap: known([{ path: '/dev/vda2', encrypted: missing('not seen') }]) }),
      expect: { node1: 'unknown' },
    },
    {
      name: 'not to be seen',
      given: withHost({ swap: missing('/proc/swaps cannot be read') }),
      expect: { node1: 'unknown' },
    },
  ],
})

import { missing, known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, pass, unknown, type Judged } from '../control.ts'
import { seen } from '../example.ts'
import type { ManifestDirectory } from '../facts/files.ts'
import type { Observation } from '../observation.ts'
import { cis } from '../references.ts'

type Entry = ManifestDirectory['entries'][number]

const directories = (all: Observation): readonly Judged<ManifestDirectory>[] =>
  all.manifestDirectories.map((value) => ({
    subject: { kind: 'directory', name: value.path },
    value,
  }))

/** Names that editors, package managers and people give to copies. */
const COPY =
  /(?:\.(?:bak|backup|old|orig|save|swp|tmp|rpmsave|rpmnew|dpkg-\w+)|~)(?:[.\d-]*)$|\.bak\b/i

/** Why an entry should not be there; only what the kubelet reads can do harm. */
function complaint(entry: Entry): string | undefined {
  if (!entry.read) return undefined
  if (entry.duplicates !== undefined)
    return `it starts a second ${entry.program ?? 'pod'} for ${entry.duplicates}`
  if (COPY.test(entry.name)) return 'a copy, which the kubelet reads whatever its name'
  return undefined
}

const directory = (...entries: readonly Entry[]) =>
  seen({
    manifestDirectories: [
      {
        path: '/etc/kubernetes/manifests',
        mode: { mode: 0o700, uid: 0, gid: 0, type: 'directory', inode: '1:2' },
        entries,
      },
    ],
  })
const etcd = { name: 'etcd.yaml', read: true, pod: known('Pod/etcd'), program: 'etcd' }
const D = '/etc/kubernetes/manifests'

export default defineControl({
  id: 'manifest-strays',
  title: 'The directory of static pods holds no copies',
  severity: 'high',
  area: 'files',
  rationale:
    'The kubelet starts every file in this directory that does not begin with a dot, whatever its suffix: ' +
    'an etcd.yaml.bak from before the hardening is a second, open etcd on the same data, or the one that wins.',
  remediation: 'Move copies out of the directory, for example to /root.',
  references: cis('manifest-mode'),
  needs: [],
  subjects: directories,
  judge({ path, entries }) {
    // Of two that claim the same, the one with a copy's name is most likely the stray.
    const suspects = entries.toSorted(
      (a, b) => Number(COPY.test(b.name)) - Number(COPY.test(a.name)),
    )
    const strays = suspects.flatMap((entry): Evidence[] => {
      const why = complaint(entry)
      return why === undefined
        ? []
        : [{ source: `file ${path}/${entry.name}`, observed: why, layer: 'declared' }]
    })
    const [first, ...rest] = strays
    if (first) return fail(`${first.source}: ${first.observed}`, [first, ...rest])
    const dark = entries.find(({ read, pod }) => read && !pod.known && pod.access !== undefined)
    if (dark && !dark.pod.known)
      return unknown(`${path}/${dark.name}: ${dark.pod.why}`, dark.pod.access)
    const read = entries.filter((entry) => entry.read).map((entry) => entry.name)
    return pass(`the kubelet reads ${read.length} files, none of them a copy`, {
      source: `directory ${path}`,
      observed: read.join(', ') || 'empty',
      layer: 'declared',
    })
  },
  examples: [
    {
      name: 'one manifest for each program, copies hidden behind a dot',
      given: directory(etcd, { name: '.etcd.yaml.bak', read: false, pod: missing('not read') }),
      expect: { [D]: 'pass' },
    },
    {
      name: 'a backup that the kubelet runs',
      given: directory(etcd, {
        ...etcd,
        name: 'etcd.yaml.bak',
        duplicates: 'data directory /var/lib/etcd',
      }),
      expect: { [D]: 'fail' },
    },
    {
      name: 'a copy without its own suffix',
      given: directory(etcd, {
        ...etcd,
        name: 'etcd-2',
        duplicates: 'data directory /var/lib/etcd',
      }),
      expect: { [D]: 'fail' },
    },
    {
      name: 'a file that may not be read',
      given: directory(etcd, {
        name: 'x.yaml',
        read: true,
        pod: missing('may not be read', 'run as root on this host'),
      }),
      expect: { [D]: 'unknown' },
    },
  ],
})

// The usual answers to "whom does this control judge?".
import type { Judged } from './control.ts'
import type { FileFacts, FileRole } from './facts/files.ts'
import type { Apiserver, Member, Observation } from './observation.ts'

export const members = (all: Observation): readonly Judged<Member>[] =>
  all.members.map((value) => ({ subject: { kind: 'member', name: value.name }, value }))

export const apiservers = (all: Observation): readonly Judged<Apiserver>[] =>
  all.apiservers.map((value) => ({ subject: { kind: 'apiserver', name: value.name }, value }))

/** The cluster as one thing; nothing where no member of it was found. */
export const wholeCluster = (all: Observation): readonly Judged<Observation>[] =>
  all.members.length === 0 ? [] : [{ subject: { kind: 'cluster', name: 'etcd' }, value: all }]

export const host = (all: Observation): readonly Judged<Observation>[] => [
  { subject: { kind: 'host', name: all.host.name }, value: all },
]

/** Every file with one of the roles. */
export const filesOf =
  (...roles: readonly FileRole[]) =>
  (all: Observation): readonly Judged<FileFacts>[] =>
    all.files
      .filter((file) => roles.includes(file.role))
      .map((value) => ({ subject: { kind: 'file', name: value.path }, value }))

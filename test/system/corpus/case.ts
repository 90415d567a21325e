import type { Verdict } from '../../../src/core/finding.ts'
import type { Ground } from '../../support/ground.ts'

/** `null` takes the flag of the secure baseline away. */
export type Flags = Readonly<Record<string, string | null>>

export interface MemberSetUp {
  readonly name: string
  /** Changes to the secure baseline. */
  readonly flags?: (ground: Ground) => Flags
  /** Everything behind the program's name, in place of the baseline. */
  readonly argv?: (ground: Ground) => readonly string[]
  /** Wraps or renames the program; the case writes what it needs first. */
  readonly wrapped?: (
    ground: Ground,
    etcd: string,
    argv: readonly string[],
  ) => Promise<readonly string[]> | readonly string[]
  /** Where it is started; the ground where left out. */
  readonly directory?: (ground: Ground) => string
  /** Appended as they are: odd spellings, repetitions. */
  readonly extra?: (ground: Ground) => readonly string[]
  readonly environment?: (ground: Ground) => Readonly<Record<string, string>>
  /** The whole configuration as a file; then no flag of the baseline is given but `--config-file`. */
  readonly configFile?: (ground: Ground) => Readonly<Record<string, unknown>>
  /** Start without `--config-file`, by ETCD_CONFIG_FILE. */
  readonly configByEnvironment?: boolean
  /** Flags that are given although the file replaces them all. */
  readonly beside?: (ground: Ground) => Flags
}

/** The members of a case by name; each has a ground of its own, with its own ports. */
export interface RunningCluster {
  readonly at: (name: string) => Ground
  readonly stop: (name: string) => Promise<void>
}

/** `--endpoints`, `--root` and so on. */
export interface Asked {
  readonly endpoints?: readonly string[]
  /** No process and no manifest: what an outsider knows. */
  readonly root?: string
  /** All processes, not those of the case by `--pid`. */
  readonly byManifests?: boolean
  readonly noProbe?: boolean
  /** Stem of a certificate and its key, as by `--cert` and `--key`. */
  readonly certificate?: string
  /** A snapshot repository on disk, and whose signature counts. */
  readonly backups?: { readonly repository: string; readonly trust: string; readonly rpo: number }
}

/** One set-up of a real etcd, and what `check` has to say of it. */
export interface Case {
  readonly name: string
  /** One secure member `m1` where left out. */
  readonly members?: readonly MemberSetUp[]
  /** Whether this etcd version has what the case needs. */
  readonly versions?: (version: string) => boolean
  /** Done when every member answers: files changed, rows written, manifests laid beside, members stopped. */
  readonly after?: (ground: Ground, cluster: RunningCluster) => Promise<void>
  /** How `check` is asked, beside the processes and the manifests of the ground. */
  readonly asked?: (ground: Ground) => Asked
  /** Control, verdict, and the subject where it is not member `m1`. */
  readonly expect: readonly (readonly [control: string, verdict: Verdict, subject?: string])[]
}

/** The baseline's only member with changes. */
export const m1 = (changes: Omit<MemberSetUp, 'name'>): readonly MemberSetUp[] => [
  { name: 'm1', ...changes },
]

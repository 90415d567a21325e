// Which etcdutl restores: that of the members' own etcd, and another only where it has to be.
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { EtcdBinary } from '../../ports/binaries.ts'
import { type RestorePorts, restoreTool, type RestoreTool } from '../restore-member.ts'

const minorOf = (version: string): string => /^\d+\.\d+/.exec(version)?.[0] ?? ''

export interface Wanted {
  /** Of the members: `3.5.30`, or as much of it as is known. */
  readonly etcd?: string
  readonly bump: boolean
  /** A directory that exists; nothing stays in it. */
  readonly scratch: string
  readonly signal: AbortSignal
}

export interface ChosenTool {
  readonly tool: RestoreTool
  /** The members' own etcd, or one of its minor; absent where this machine has none. */
  readonly etcd?: { readonly program: string; readonly version: string }
}

/** Of the very version, else the newest of its minor, else the newest of all. */
function closest(
  binaries: readonly EtcdBinary[],
  wanted: string | undefined,
): EtcdBinary | undefined {
  if (wanted === undefined) return binaries.at(-1)
  return (
    binaries.findLast(({ version }) => `${version}.`.startsWith(`${wanted}.`)) ??
    binaries.findLast(({ version }) => minorOf(version) === minorOf(wanted))
  )
}

/** Throws `unavailable` where none can do what is wanted, or where nothing could prove what it makes. */
export async function chooseTool(
  ports: RestorePorts,
  binaries: readonly EtcdBinary[],
  { etcd, bump, scratch, signal }: Wanted,
): Promise<ChosenTool> {
  const own = closest(binaries, etcd)
  const log = join(scratch, 'help')
  const program = own && { etcd: { program: own.etcd, version: own.version } }
  const candidates = [...(own ? [own] : []), ...binaries.toReversed()]
  for (const one of candidates) {
    const tool = await restoreTool(ports, one, log, signal).catch(() => undefined)
    signal.throwIfAborted()
    if (!tool || (bump && !tool.bumps)) continue
    // What a newer tool makes is believed when the members' own etcd has started on it.
    if (etcd !== undefined && minorOf(one.version) !== minorOf(etcd) && !own) continue
    return { tool, ...program }
  }
  throw new KeepError(
    'unavailable',
    'restore.no-tool',
    bump
      ? 'no etcdutl here can move revisions on, as clients of Kubernetes need it'
      : `no etcdutl here restores for etcd ${etcd ?? ''}`,
    {
      hint: `put etcd and etcdutl ${etcd ?? '3.5'} on PATH${bump ? ', or restore with --no-bump and restart every client' : ''}`,
    },
  )
}

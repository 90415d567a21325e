// Helpers of tests that save snapshots of real clusters.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { TakeOptions } from '../../src/backup/attempt.ts'
import type { SaveResult } from '../../src/cli/saving/save-result.ts'
import type { EtcdTarget } from '../../src/ports/etcd.ts'
import { silent } from '../../src/ports/progress.ts'
import type { SnapshotStream } from '../../src/ports/snapshot-stream.ts'
import type { OneMember } from './one-member.ts'
import { session } from './session.ts'

export async function scratch(t: TestContext): Promise<string> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'etcdkeep-save-'))
  t.after(() => fs.rm(directory, { recursive: true, force: true }))
  return directory
}

export const credentialFlags = ({ endpoint, files }: Pick<OneMember, 'endpoint' | 'files'>) => [
  `--endpoints=${endpoint}`,
  `--cacert=${files.ca}`,
  `--cert=${files.certificate}`,
  `--key=${files.key}`,
]

export interface Saved {
  readonly code: number
  readonly result: SaveResult
  readonly error?: { readonly kind: string; readonly code: string; readonly message: string }
}

/** `snapshot save -o json`; the result, or the error object. */
export async function save(...flags: readonly string[]): Promise<Saved> {
  const { code, out } = await session(['snapshot', 'save', '-o', 'json', ...flags])
  const document = JSON.parse(out) as SaveResult & Pick<Saved, 'error'>
  return { code, result: document, ...(document.error && { error: document.error }) }
}

/** Whether etcd's own tool restores the file. */
export function restores(tool: string, file: string, into: string): boolean {
  const argv = ['snapshot', 'restore', file, '--data-dir', into]
  const done = spawnSync(tool, argv, { encoding: 'utf8', env: { ETCDCTL_API: '3' } })
  if (done.status !== 0) throw new Error(done.stderr)
  return true
}

export const takeOptions = (target: EtcdTarget, stallMs = 10_000): TakeOptions => ({
  target,
  timeoutMs: 5000,
  stallMs,
  hashKv: true,
  progress: silent,
  signal: new AbortController().signal,
})

/** The stream, held once when a third of it has come, until `meanwhile` is done. */
export const interrupted = (
  stream: SnapshotStream,
  meanwhile: (endpoint: string) => Promise<void>,
): SnapshotStream => {
  let done = false
  return {
    read(request, sink, signal) {
      let received = 0
      const piece = (bytes: Buffer, total: number) => {
        received += bytes.length
        const asked = sink.piece(bytes, total)
        if (done || received < total / 3) return asked
        done = true
        return (async () => {
          await asked
          await meanwhile(request.endpoint)
        })()
      }
      return stream.read(request, { piece }, signal)
    },
  }
}

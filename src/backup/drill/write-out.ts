// The snapshot's bytes, verified while they are written to where etcd's own tool can read them.
import type { DraftFile } from '../../ports/file-draft.ts'
import { type Inspected, inspectSnapshot } from '../../snapshot/inspect-snapshot.ts'
import { bytesText } from '../meter.ts'
import type { DrillSource } from './model.ts'

/**
 * Writes a snapshot with its SHA-256 behind it; nothing is under the name where any byte is wrong. Throws `corrupt`, and
 * what the source and the file throw.
 */
export async function writeOut(
  draftFile: DraftFile,
  source: DrillSource,
  path: string,
  { signal, step }: { readonly signal: AbortSignal; readonly step: (text: string) => void },
): Promise<Inspected> {
  const draft = await draftFile(path, { mode: 0o600 })
  let done = 0
  const pass = async function* () {
    for await (const piece of source.pieces(signal)) {
      await draft.write(piece)
      done += piece.length
      step(`opening ${source.name}: ${bytesText(done)} of ${bytesText(source.size)}`)
      yield piece
    }
  }
  try {
    // Without a member's word for it, the file's own HashKV is what the restored member has to come to.
    const hash = source.hashKv === undefined || 'missing' in source.hashKv
    const found = await inspectSnapshot(
      { size: source.size, pieces: pass() },
      { hash, sha256: !source.hashed },
    )
    // A copy of a database has no SHA-256 yet; etcd's tool wants one.
    if (found.form === 'database') await draft.write(Buffer.from(found.sha256 ?? '', 'hex'))
    await draft.commit()
    return found
  } catch (thrown) {
    await draft.discard()
    throw thrown
  }
}

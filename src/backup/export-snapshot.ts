// A snapshot of a repository as the file that `etcdutl snapshot restore` takes.
import type { DraftFile } from '../ports/file-draft.ts'
import { type Opening, openSnapshot } from '../repository/open-snapshot.ts'
import type { ReadOptions } from '../repository/read-data.ts'
import type { Snapshot } from '../repository/snapshot-state.ts'
import { Survey } from '../snapshot/survey.ts'

/** Under its name only when every byte is the one that was saved and the database is sound. Mode 0600; not encrypted. */
export async function exportSnapshot(
  opening: Opening & { readonly draftFile: DraftFile },
  snapshot: Snapshot,
  path: string,
  options: ReadOptions = {},
): Promise<void> {
  const { length, sha256 } = snapshot.manifest.plain
  const survey = new Survey({ length, hash: false })
  const draft = await opening.draftFile(path, { mode: 0o600 })
  try {
    for await (const bytes of openSnapshot(opening, snapshot, options)) {
      survey.write(bytes)
      await draft.write(bytes)
    }
    survey.finish()
    await draft.write(Buffer.from(sha256, 'hex'))
    await draft.commit()
  } finally {
    await draft.discard()
  }
}

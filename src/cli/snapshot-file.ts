import { KeepError } from '../core/error.ts'
import type { Host, OpenFile } from '../ports/host.ts'

/** Opens a snapshot that the user named; what is wrong with its content is told with its name. */
export async function withSnapshotFile<T>(
  path: string,
  here: Host,
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = await here.open(path)
  try {
    return await use(file)
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.kind !== 'corrupt') throw thrown
    throw new KeepError('corrupt', thrown.code, `${path}: ${thrown.message}`, {
      ...(thrown.hint !== undefined && { hint: thrown.hint }),
      details: { ...thrown.details, file: path },
    })
  } finally {
    await file.close()
  }
}

import { KeepError } from '../core/error.ts'
import type { Host, OpenFile } from '../ports/host.ts'

/** Opens a file that the user named, and closes it whatever becomes of the work. */
export async function withFile<T>(
  path: string,
  here: Host,
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = await here.open(path)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** What is wrong with a snapshot's content is told with its name. */
export async function namingSnapshot<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.code !== 'snapshot.corrupt') throw thrown
    throw new KeepError('corrupt', thrown.code, `${path}: ${thrown.message}`, {
      ...(thrown.hint !== undefined && { hint: thrown.hint }),
      details: { ...thrown.details, file: path },
    })
  }
}

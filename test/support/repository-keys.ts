import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { session } from './session.ts'

interface Made {
  readonly what: string
  readonly public: string
}

export interface RepositoryKeys {
  readonly directory: string
  readonly file: (name: string) => string
  /** Public signing key. */
  readonly trust: string
  readonly recipient: string
  readonly signing: string
  readonly identity: string
  /** A place for a repository; nothing is there yet. */
  readonly repository: string
}

/** Keys in a directory of their own, as `snapshot keygen` makes them; gone with the test. */
export async function repositoryKeys(t: TestContext): Promise<RepositoryKeys> {
  const directory = await mkdtemp(join(tmpdir(), 'repository-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const { code, out } = await session([
    'snapshot',
    'keygen',
    '--directory',
    directory,
    '-o',
    'json',
  ])
  assert.equal(code, 0)
  const { made } = JSON.parse(out) as { made: readonly Made[] }
  const of = (what: string) => made.find((one) => one.what === what)?.public ?? assert.fail(what)
  const file = (name: string) => join(directory, name)
  return {
    directory,
    file,
    trust: of('signing key'),
    recipient: of('identity'),
    signing: file('signing.key'),
    identity: file('identity.txt'),
    repository: file('repository'),
  }
}

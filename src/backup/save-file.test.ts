import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DATABASE,
  type FakeMember,
  fakeMembers,
  unavailable,
} from '../../test/support/fake-members.ts'
import { KeepError } from '../core/error.ts'
import type { FileDraft } from '../ports/file-draft.ts'
import { saveFile } from './save-file.ts'

const full = new KeepError('unavailable', 'files.enospc', 'the disk is full')

/** Drafts in memory; `log` is what became of each. */
function drafts(fails: 'nowhere' | 'write' | 'commit' = 'nowhere') {
  const log: string[] = []
  const written: Buffer[] = []
  const draft: FileDraft = {
    async write(bytes) {
      if (fails === 'write') throw full
      written.push(Buffer.from(bytes))
    },
    sync: async () => undefined,
    async commit() {
      if (fails === 'commit') throw full
      log.push('commit')
    },
    async discard() {
      log.push('discard')
      written.length = 0
    },
  }
  return { log, written, draftFile: async () => draft }
}
const save = (files: ReturnType<typeof drafts>, members: readonly FakeMember[]) => {
  const { ports, options } = fakeMembers(members)
  return saveFile({ ...ports, draftFile: files.draftFile }, '/backup/etcd.db', options)
}

test('the file is the database and its SHA-256', async () => {
  const files = drafts()
  const { streamed } = await save(files, [{ id: 1n }])
  assert.deepEqual(Buffer.concat(files.written), Buffer.concat([DATABASE, streamed.sha256]))
  assert.deepEqual(files.log, ['commit'])
})

test('a disk that is full leaves nothing, and no other member is asked in vain', async () => {
  for (const at of ['write', 'commit'] as const) {
    const files = drafts(at)
    await assert.rejects(save(files, [{ id: 1n }, { id: 2n }]), /the disk is full/)
    assert.deepEqual(files.log, ['discard'])
  }
})

test('after a member that breaks off, the file is the next one’s alone', async () => {
  const files = drafts()
  await save(files, [{ id: 1n }, { id: 2n, breaks: unavailable('cable cut') }])
  assert.deepEqual(Buffer.concat(files.written).subarray(0, -32), DATABASE)
  assert.deepEqual(files.log, ['discard', 'commit'])
})

test('content that the member does not serve is not kept', async () => {
  const files = drafts()
  await assert.rejects(save(files, [{ id: 1n, hashKv: { hash: 5 } }]), {
    code: 'snapshot.other-content',
  })
  assert.deepEqual(files.log, ['discard'])
})

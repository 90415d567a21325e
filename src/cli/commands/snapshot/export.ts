import { dirname, resolve } from 'node:path'
import { exportSnapshot } from '../../../backup/export-snapshot.ts'
import { KeepError } from '../../../core/error.ts'
import { problemLines } from '../../../report/problems-text.ts'
import { showSize } from '../../../report/units-text.ts'
import { defineCommand } from '../../command.ts'
import { requireDirectory } from '../../given-file.ts'
import { IDENTITY_FLAG, REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { unwrappersOf } from '../../repository/keys.ts'
import { judgeRepository, openRepository } from '../../repository/open.ts'
import { selectSnapshots } from '../../repository/select.ts'

export default defineCommand({
  summary: 'Writes a snapshot of a repository into a file, decrypted and verified',
  description:
    'The file is what etcdctl snapshot save would have written, and etcdutl snapshot restore takes it. It appears under its name only when every byte is the one that was saved. It is not encrypted: whoever reads it reads every Secret in the cluster.',
  examples: [
    {
      run: 'snapshot export 41 --into etcd.db --identity identity.txt --repository /backups/etcd --trust keys.txt',
      what: 'snapshot 41 as etcd.db',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    ...IDENTITY_FLAG,
    into: { type: 'string', value: 'FILE', help: 'where it goes (0600)' },
  },
  positionals: [{ name: 'SEQ', help: 'number of the snapshot; default the newest' }],
  async run({ flags, positionals }, context) {
    const { ports, signal, progress } = context
    if (flags.into === undefined || flags.identity.length === 0)
      throw new KeepError('usage', 'usage.flag', '--into or --identity is missing', {
        hint: 'give --into FILE, and --identity FILE, which opens the snapshot',
      })
    const path = resolve(flags.into)
    await requireDirectory(ports.host(), 'into', dirname(path))
    const repository = await openRepository(flags, ports)
    const unwrappers = await unwrappersOf(ports, flags.identity)
    progress.step(`reading ${repository.store.name}`)
    const { snapshots, problems } = await judgeRepository(repository, context)
    const [snapshot] = selectSnapshots(snapshots, positionals)
    if (!snapshot) throw new KeepError('not-found', 'snapshot.not-found', 'there is no snapshot')
    const { sequence, manifest } = snapshot
    let done = 0
    const passed = (bytes: number) => {
      done += bytes
      progress.step(`opening ${showSize(done)} of ${showSize(manifest.data.length)}`)
    }
    const { draftFile, chunkCipher: cipher } = ports
    await exportSnapshot({ ...repository, cipher, unwrappers, draftFile }, snapshot, path, {
      signal,
      passed,
    })
    const { created, revision, plain } = manifest
    return {
      schema: 'etcdkeep.snapshot-export/v1',
      file: path,
      sequence,
      created,
      revision,
      length: plain.length,
      problems,
    }
  },
  text: ({ file, sequence, created, length, problems }, terminal) =>
    [
      ...problemLines(problems, terminal),
      `snapshot ${sequence} of ${created} is in ${file}, ${showSize(length)}, not encrypted`,
    ].join('\n'),
  exit: ({ problems }) => (problems.some(({ severity }) => severity === 'problem') ? 1 : 0),
})

import { join, resolve } from 'node:path'
import { KeepError } from '../../../core/error.ts'
import type { Files } from '../../../ports/files.ts'
import type { Host } from '../../../ports/host.ts'
import { newSigningKey } from '../../../repository/signing-key.ts'
import { defineCommand } from '../../command.ts'

interface Made {
  readonly file: string
  readonly what: 'signing key' | 'identity' | 'key file'
  /** What others may see: the public key, the recipient, the fingerprint. */
  readonly public: string
}

async function refuseTaken(here: Host, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const there = await here.lstat(path).catch(() => undefined)
    if (there)
      throw new KeepError('conflict', 'keygen.exists', `${path} is there already`, {
        hint: 'without the old key old snapshots cannot be read: name another --directory',
      })
  }
}

async function write(files: Files, path: string, content: string): Promise<void> {
  await files.write(path, content, { mode: 0o600 })
}

export default defineCommand({
  summary: 'Makes the keys of a snapshot repository: one that signs, one that reads',
  description:
    'signing.key stays on the machine that saves; whoever has it can sign snapshots. identity.txt opens them, and belongs elsewhere: offline, or where restores are drilled. The machine that saves needs only the recipient. No file is ever overwritten.',
  examples: [
    { run: 'snapshot keygen', what: './signing.key and ./identity.txt' },
    {
      run: 'snapshot keygen --only signing --directory /etc/etcdkeep',
      what: 'a signing key for whoever verifies and prunes',
    },
  ],
  flags: {
    directory: { type: 'string', value: 'DIR', help: 'where the files go', default: '.' },
    only: {
      type: 'string',
      value: 'WHAT',
      help: 'one of them alone; key-file: a symmetric key, which whoever saves can read with',
      choices: ['signing', 'identity', 'key-file'],
    },
  },
  async run({ flags }, { ports }) {
    const { files, keyServices } = ports
    const directory = resolve(flags.directory)
    const wanted = flags.only === undefined ? ['signing', 'identity'] : [flags.only]
    const names = { signing: 'signing.key', identity: 'identity.txt', 'key-file': 'backup.key' }
    const paths = new Map(
      Object.entries(names)
        .filter(([what]) => wanted.includes(what))
        .map(([what, name]) => [what, join(directory, name)]),
    )
    await refuseTaken(ports.host(), [...paths.values()])
    await files.makeDirectory(directory)
    const made: Made[] = []
    const [signing, identity, keyFile] = Object.keys(names).map((what) => paths.get(what))
    if (signing !== undefined) {
      const { publicKey, pem } = newSigningKey()
      await write(files, signing, `# public key: ${publicKey.text}\n${pem.reveal()}`)
      made.push({ file: signing, what: 'signing key', public: publicKey.text })
    }
    if (identity !== undefined) {
      const { text, recipient } = await keyServices.newIdentity()
      await write(files, identity, text.reveal())
      made.push({ file: identity, what: 'identity', public: recipient })
    }
    if (keyFile !== undefined) {
      const { text, fingerprint } = keyServices.newKeyFile()
      await write(files, keyFile, text.reveal())
      made.push({ file: keyFile, what: 'key file', public: fingerprint })
    }
    return { schema: 'etcdkeep.keygen/v1', made }
  },
  text: keygenText,
})

function keygenText({ made }: { readonly made: readonly Made[] }): string {
  const lines = made.map(({ file, what, public: shown }) => `${what}  ${file}\n  ${shown}`)
  const signing = made.find(({ what }) => what === 'signing key')
  const identity = made.find(({ what }) => what === 'identity')
  if (!signing || !identity) return lines.join('\n')
  return [
    ...lines,
    '',
    'take a snapshot:',
    `  etcdkeep snapshot save --repository DIR --sign-with ${signing.file} --recipient ${identity.public}`,
    'see it from anywhere, without a secret:',
    `  etcdkeep snapshot list --repository DIR --trust ${signing.public}`,
    `Move ${identity.file} off the machine that saves: whoever has it can read every snapshot; without it nobody can.`,
  ].join('\n')
}

import { join, resolve } from 'node:path'
import { KeepError } from '../../../core/error.ts'
import { Secret } from '../../../core/secret.ts'
import { checkOf, newSet, showShare } from '../../../repository/share-text.ts'
import { defineCommand } from '../../command.ts'
import { readGiven } from '../../given-file.ts'

export default defineCommand({
  summary: 'Cuts an identity into recovery shares: any k of n give it back, fewer say nothing',
  description:
    'For the key that opens the snapshots: hand the files to different people, then remove the identity from this machine. Each file is a line of text that can be printed.',
  examples: [
    {
      run: 'snapshot shares-split --identity identity.txt --needed 3 --shares 5 --directory shares',
      what: 'shares/share-1-of-5.txt to share-5-of-5.txt',
    },
  ],
  flags: {
    identity: { type: 'string', value: 'FILE', help: 'age identity or key file' },
    needed: { type: 'number', value: 'K', help: 'how many give it back', default: '3' },
    shares: { type: 'number', value: 'N', help: 'how many there are', default: '5' },
    directory: { type: 'string', value: 'DIR', help: 'where the files go', default: '.' },
  },
  async run({ flags }, { ports }) {
    const { identity, needed, shares: count } = flags
    if (identity === undefined)
      throw new KeepError('usage', 'usage.flag', 'nothing to cut', { hint: 'give --identity FILE' })
    if (needed < 2 || needed > count || count > 255)
      throw new KeepError('usage', 'shares.count', `${needed} of ${count} is no way to share`, {
        hint: 'at least 2, and no more needed than there are; 255 at most',
      })
    const text = new Secret(await readGiven(ports.host(), 'identity', identity))
    // Refuses what opens nothing, before anybody relies on it.
    await ports.keyServices.identity(text, identity)
    const secret = new Secret<Uint8Array>(Buffer.from(text.reveal()))
    const directory = resolve(flags.directory)
    await ports.files.makeDirectory(directory)
    const set = newSet()
    const check = checkOf(secret)
    const files: string[] = []
    for (const [index, bytes] of (await ports.keyShares.split(secret, count, needed)).entries()) {
      const number = index + 1
      const path = join(directory, `share-${number}-of-${count}.txt`)
      if (
        await ports
          .host()
          .lstat(path)
          .catch(() => undefined)
      )
        throw new KeepError('conflict', 'shares.exists', `${path} is there already`, {
          hint: 'name another --directory',
        })
      const share = showShare({ set, needed, count, number, check, bytes })
      await ports.files.write(path, share.reveal(), { mode: 0o600 })
      files.push(path)
    }
    return { schema: 'etcdkeep.shares/v1', set, needed, count, files }
  },
  text: ({ needed, count, files }) =>
    [
      `${count} shares, any ${needed} of which give the identity back:`,
      ...files.map((file) => `  ${file}`),
      'Try it now: etcdkeep snapshot shares-join FILE… --into identity-again.txt',
    ].join('\n'),
})

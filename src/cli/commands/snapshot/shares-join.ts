import { resolve } from 'node:path'
import { KeepError } from '../../../core/error.ts'
import { Secret } from '../../../core/secret.ts'
import { checkOf, parseShare, requireEnough } from '../../../repository/share-text.ts'
import { defineCommand } from '../../command.ts'
import { readGiven } from '../../given-file.ts'

export default defineCommand({
  summary: 'Gives an identity back from enough of its recovery shares',
  examples: [
    {
      run: 'snapshot shares-join share-1-of-5.txt share-4-of-5.txt share-5-of-5.txt --into identity.txt',
      what: 'the file that was cut',
    },
  ],
  flags: {
    into: { type: 'string', value: 'FILE', help: 'the identity goes here (0600); must not exist' },
  },
  positionals: [{ name: 'SHARE', help: 'files of shares', required: true, repeated: true }],
  async run({ flags, positionals }, { ports }) {
    const here = ports.host()
    if (flags.into === undefined)
      throw new KeepError('usage', 'usage.flag', 'nowhere to write the identity', {
        hint: 'give --into FILE; it is never printed',
      })
    const into = resolve(flags.into)
    if (await here.lstat(into).catch(() => undefined))
      throw new KeepError('conflict', 'shares.exists', `${into} is there already`, {
        hint: 'name a file that does not exist',
      })
    const shares = await Promise.all(
      positionals.map(async (path) =>
        parseShare(new Secret(await readGiven(here, 'SHARE', path)), path),
      ),
    )
    requireEnough(shares)
    const once = [...new Map(shares.map((share) => [share.number, share])).values()]
    const secret = await ports.keyShares.join(once.map(({ bytes }) => bytes))
    if (checkOf(secret) !== shares[0]?.check)
      throw new KeepError('corrupt', 'shares.wrong', 'the shares do not give back what was cut', {
        hint: 'one of them is forged: try others of the set',
      })
    await ports.files.write(into, secret.reveal(), { mode: 0o600 })
    return { schema: 'etcdkeep.shares-join/v1', file: into, set: shares[0].set }
  },
  text: ({ file }) => `the identity is in ${file}`,
})

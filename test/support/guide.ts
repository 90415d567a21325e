// The commands of a page, as a reader would type them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const BLOCK = /```sh\n([\s\S]*?)```/g
/** `sudo ./etcdkeep check -o html > report.html   # why` → `check -o html` */
const COMMAND = /^(?:sudo )?\.\/etcdkeep ([^#>|]*)/

/** Every line of a page's shell blocks. */
export async function linesOf(document: string): Promise<readonly string[]> {
  const text = await readFile(join(root, document), 'utf8')
  return [...text.matchAll(BLOCK)].flatMap(([, block = '']) => block.trimEnd().split('\n'))
}

/** The arguments of a line that runs etcdkeep; undefined for any other. */
export const commandOf = (line: string): string | undefined => COMMAND.exec(line)?.[1]?.trim()

export const commandsOf = async (document: string): Promise<readonly string[]> =>
  (await linesOf(document)).map(commandOf).filter((command) => command !== undefined)

/** What `snapshot keygen` printed, in the place of the names that the page gives them. */
export function publicHalves(printed: string): Readonly<Record<string, string>> {
  const [recipient = ''] = /age1[a-z0-9]+/.exec(printed) ?? []
  const [signer = ''] = /ed25519:\S+/.exec(printed) ?? []
  return { age1READER: recipient, 'ed25519:SAVER': signer }
}

export const replaced = (text: string, by: Readonly<Record<string, string>>): string =>
  Object.entries(by).reduce((text, [from, to]) => text.replaceAll(from, to), text)

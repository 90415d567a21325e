// Finds Debian's own mirror in the machine's apt configuration (sources.list(5)): no mirror is named anywhere in etcdkeep.

export interface Mirror {
  readonly uri: string
  /** The value of Signed-By: a keyring's path, or a key with its continuation lines. */
  readonly signedBy?: string
  /** Other options that the archive may need, deb822 spelling. */
  readonly trusted?: boolean
}

interface Entry extends Mirror {
  readonly suites: readonly string[]
  readonly components: readonly string[]
}

const RELEASES = new Set(
  'buster bullseye bookworm trixie forky duke sid stable oldstable oldoldstable testing unstable'.split(
    ' ',
  ),
)
const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

function entries(fields: ReadonlyMap<string, string>): Entry[] {
  const types = words(fields.get('types') ?? '')
  if (!types.includes('deb') || fields.get('enabled')?.trim() === 'no') return []
  const signedBy = fields.get('signed-by')
  return words(fields.get('uris') ?? '').map((uri) => ({
    uri,
    suites: words(fields.get('suites') ?? ''),
    components: words(fields.get('components') ?? ''),
    ...(signedBy !== undefined && { signedBy }),
    ...(fields.get('trusted')?.trim() === 'yes' && { trusted: true }),
  }))
}

function parseStanza(stanza: string): Entry[] {
  const fields = new Map<string, string>()
  let last = ''
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue
    if (/^\s/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ''}\n${line.trimEnd()}`)
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1) continue
    last = line.slice(0, colon).trim().toLowerCase()
    fields.set(last, line.slice(colon + 1).trim())
  }
  return entries(fields)
}

const ONE_LINE =
  /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s*)?(?<uri>\S+)\s+(?<suite>\S+)(?<components>[^#]*)/

function parseLine(line: string): Entry[] {
  const groups = ONE_LINE.exec(line)?.groups
  if (!groups) return []
  const { options = '', uri = '', suite = '', components = '' } = groups
  const option = (name: string) =>
    words(options)
      .find((word) => word.toLowerCase().startsWith(`${name}=`))
      ?.slice(name.length + 1)
  const signedBy = option('signed-by')
  return [
    {
      uri,
      suites: [suite],
      components: words(components),
      ...(signedBy !== undefined && { signedBy }),
      ...(option('trusted') === 'yes' && { trusted: true }),
    },
  ]
}

const parse = (file: { readonly name: string; readonly text: string }): Entry[] =>
  file.name.endsWith('.sources')
    ? file.text.split(/\n(?:[ \t]*\n)+/).flatMap(parseStanza)
    : file.text.split('\n').flatMap(parseLine)

/**
 * Mirrors that serve Debian itself, likeliest first. Third parties use release names too, but only
 * Debian has `<release>-updates` beside them; their own path is `/debian`.
 */
export function debianMirrors(
  files: readonly { readonly name: string; readonly text: string }[],
): readonly Mirror[] {
  const all = files.flatMap(parse).filter((entry) => !entry.uri.startsWith('cdrom:'))
  const updated = new Set(
    all
      .filter(({ suites }) => suites.some((suite) => suite.endsWith('-updates')))
      .map(({ uri }) => uri),
  )
  const rank = ({ uri }: Entry) => (updated.has(uri) ? 2 : 0) + (/\/debian\/?$/.test(uri) ? 1 : 0)
  const own = all
    .filter(({ suites }) => suites.some((suite) => RELEASES.has(suite)))
    .filter(({ components }) => components.includes('main'))
    .toSorted((a, b) => rank(b) - rank(a))
  return [...new Map(own.toReversed().map((entry) => [entry.uri, entry])).values()]
    .toSorted((a, b) => rank(b) - rank(a))
    .map(({ uri, signedBy, trusted }) => ({
      uri,
      ...(signedBy !== undefined && { signedBy }),
      ...(trusted && { trusted }),
    }))
}

/** A deb822 source for the given suites of a mirror. */
export const sourceOf = ({ uri, signedBy, trusted }: Mirror, suites: readonly string[]): string =>
  [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suites.join(' ')}`,
    'Components: main',
    ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`]),
    ...(trusted ? ['Trusted: yes'] : []),
    '',
  ].join('\n')

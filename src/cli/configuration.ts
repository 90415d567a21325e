// etcdkeep.yaml: found, read, and put behind the flags that were not written.
import { resolve } from 'node:path'
import type { LoadedConfig } from '../config/parse-config.ts'
import { KeepError } from '../core/error.ts'
import type { FileStatus, Host } from '../ports/host.ts'
import type { Flags } from './flags.ts'
import { type ParsedFlags, parseFlags } from './parse-flags.ts'

const LIMIT = 1024 * 1024
const USUAL = ['etcdkeep.yaml', '/etc/etcdkeep/etcdkeep.yaml']

/** Whoever can write it decides where snapshots go and whose signature counts. */
function refuseForeign(path: string, { uid, mode }: FileStatus): void {
  const mine = process.getuid?.() ?? 0
  const refused = (why: string, hint: string) =>
    new KeepError('config', 'config.foreign', `${path} ${why}`, { hint })
  if (uid !== 0 && uid !== mine)
    throw refused(`belongs to uid ${uid}`, 'chown it to root or to the user that runs etcdkeep')
  if ((mode & 0o002) !== 0) throw refused('can be written by everybody', `chmod o-w ${path}`)
}

async function load(path: string, host: Host): Promise<LoadedConfig> {
  refuseForeign(path, await host.stat(path))
  const text = Buffer.from(await host.read(path, LIMIT)).toString('utf8')
  // Most runs have no configuration, and need neither the YAML library nor the schema.
  const { parseConfig } = await import('../config/parse-config.ts')
  return parseConfig(text, path)
}

/** The first of `--config`, `$ETCDKEEP_CONFIG`, `./etcdkeep.yaml` and that below /etc; a file that is named must be there. */
export async function findConfig(
  given: string | undefined,
  host: Host,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LoadedConfig | undefined> {
  const fromEnvironment = environment['ETCDKEEP_CONFIG']
  const named = given ?? (fromEnvironment === '' ? undefined : fromEnvironment)
  if (named !== undefined) return load(resolve(named), host)
  for (const path of USUAL)
    try {
      return await load(resolve(path), host)
    } catch (thrown) {
      const absent = thrown instanceof KeepError && ['not-found', 'denied'].includes(thrown.kind)
      if (!absent) throw thrown
    }
  return undefined
}

/** The flags of a command line, with what the configuration says where nothing was written. */
export async function configuredFlags(
  line: {
    readonly name: string
    readonly args: readonly string[]
    readonly known: Flags
    readonly plain: ParsedFlags
  },
  host: Host,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ParsedFlags> {
  const { config } = line.plain.flags
  const loaded = await findConfig(config as string | undefined, host, environment)
  if (!loaded) return line.plain
  const { A_FILE, settingsFor } = await import('../config/settings.ts')
  const { written, positionals } = line.plain
  // `--output` is the format of the result, unless the command has one of its own, which names a file.
  const intoFile = 'format' in line.known && written.has('output')
  const fromFile = positionals.some((one) => !/^(latest|[\d-]+)$/.test(one))
  const replaced = intoFile || fromFile ? new Set([...written, A_FILE]) : written
  return parseFlags(line.args, line.known, settingsFor(line.name, loaded, replaced))
}

// apt with directories of its own: reads Debian's indexes and packages as an ordinary user and leaves the system alone.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { type Mirror, debianMirrors, sourceOf } from './apt-sources.ts'
import { type Offer, parseOffers } from './choose-version.ts'
import { run } from './run.ts'

const APT = '/etc/apt'

export interface Apt {
  offers(name: string): Promise<readonly Offer[]>
  /** Downloads `name=version` and unpacks it into `target`. */
  unpack(name: string, version: string, target: string): Promise<void>
}

/** The machine's Debian mirrors, likeliest first; empty where apt is not configured for Debian. */
export async function machineMirrors(directory: string = APT): Promise<readonly Mirror[]> {
  const parts = join(directory, 'sources.list.d')
  const listed = await readdir(parts).catch(() => [])
  const names = [
    join(directory, 'sources.list'),
    ...listed.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ]
  const read = (name: string) => readFile(name, 'utf8').catch(() => '')
  return debianMirrors(
    await Promise.all(names.map(async (name) => ({ name, text: await read(name) }))),
  )
}

/** Reads the indexes of the mirror's suites into `directory`. A suite that is gone leaves the others usable. */
export async function openApt(
  mirror: Mirror,
  suites: readonly string[],
  directory: string,
  signal?: AbortSignal,
): Promise<Apt> {
  await mkdir(join(directory, 'lists/partial'), { recursive: true })
  await mkdir(join(directory, 'archives/partial'), { recursive: true })
  const source = join(directory, 'debian.sources')
  await writeFile(source, sourceOf(mirror, suites))
  const settings = [
    `Dir::State::lists=${join(directory, 'lists')}`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${directory}`,
    `Dir::Etc::sourcelist=${source}`,
    'Dir::Etc::sourceparts=-',
    'Dir::Etc::preferencesparts=-',
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false',
    'Acquire::Retries=2',
    // Its own user could not read a private directory.
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting])
  const updated = await run(['apt-get', ...settings, '-q', 'update'], { signal })
  return {
    async offers(name) {
      const { stdout } = await run(['apt-cache', ...settings, 'madison', name], { signal })
      const offers = parseOffers(stdout)
      if (offers.length === 0 && updated.status !== 0)
        throw failed('apt-get update', updated.stderr)
      return offers
    },
    async unpack(name, version, target) {
      const into = join(directory, `${name}-${version}`.replace(/[^\w.-]/g, '_'))
      await mkdir(into, { recursive: true })
      const got = await run(['apt-get', ...settings, '-q', 'download', `${name}=${version}`], {
        cwd: into,
        signal,
      })
      const [file] = (await readdir(into)).filter((entry) => entry.endsWith('.deb'))
      if (got.status !== 0 || file === undefined) throw failed(`download of ${name}`, got.stderr)
      const unpacked = await run(['dpkg', '-x', join(into, file), target], { signal })
      if (unpacked.status !== 0) throw failed(`dpkg -x ${file}`, unpacked.stderr)
    },
  }
}

function failed(what: string, stderr: string): KeepError {
  const reason =
    stderr.split('\n').find((line) => /^(E|W|dpkg)[:-]/.test(line)) ?? 'no reason given'
  return new KeepError('unavailable', 'binaries.apt-failed', `${what} failed: ${reason.trim()}`, {
    hint: 'is the Debian mirror of /etc/apt reachable? or put etcd and etcdctl on PATH',
  })
}

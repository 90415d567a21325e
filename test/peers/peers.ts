// Real servers for the peers suite, built by Go from the modules that go.mod here pins, once, into a cache.
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { locked } from '../../src/adapters/binaries/lock.ts'
import { run } from '../../src/adapters/binaries/run.ts'

/** Go packages by the name that tests use. */
const PACKAGES = {
  versitygw: 'github.com/versity/versitygw/cmd/versitygw',
  etcd: 'go.etcd.io/etcd/server/v3',
  etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
  etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
} as const

/** A program, or why it could not be had. */
export type Peer = { readonly program: string } | { readonly missing: string }

const here = fileURLToPath(new URL('.', import.meta.url))

async function folder(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'etcdkeep')
  const hash = createHash('sha256')
  for (const name of ['go.mod', 'go.sum']) hash.update(await readFile(join(here, name)))
  return join(cache, `peers-${hash.digest('hex').slice(0, 16)}`)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function build(into: string, program: string, source: string): Promise<string | undefined> {
  process.stderr.write(`building ${basename(program)} from ${source}, once\n`)
  const temporary = `${program}.building`
  const argv = ['go', 'build', '-mod=readonly', '-o', temporary, source] as const
  const built = await run([...argv], { cwd: here }).catch((thrown: Error) => ({
    status: 1,
    stderr: thrown.message,
  }))
  if (built.status === 0) await rename(temporary, program)
  else await rm(temporary, { force: true, recursive: true })
  return built.status === 0 ? undefined : built.stderr.trim().split('\n').slice(-3).join('; ')
}

/** The program of this name, from the cache or built now. */
export async function peer(name: keyof typeof PACKAGES): Promise<Peer> {
  const into = await folder()
  const program = join(into, name)
  await mkdir(into, { recursive: true })
  const why = await locked(join(into, 'build.lock'), async () =>
    (await exists(program)) ? undefined : build(into, program, PACKAGES[name]),
  )
  return why === undefined ? { program } : { missing: `${name} could not be built: ${why}` }
}

// The flags that say which cluster is meant; the same for every command that looks at one.
import { relative, resolve } from 'node:path'
import { KeepError } from '../core/error.ts'
import type { Host } from '../ports/host.ts'
import type { Credentials, GatherOptions } from '../posture/gather/options.ts'
import type { Flags, FlagValues } from './flags.ts'
import { givenCredentials } from './given-credentials.ts'

export const CREDENTIAL_FLAGS = {
  cacert: { type: 'string', value: 'FILE', help: 'CA that the members’ certificates chain to' },
  cert: { type: 'string', value: 'FILE', help: 'client certificate for etcd' },
  key: { type: 'string', value: 'FILE', help: 'its private key' },
  user: { type: 'string', value: 'NAME', help: 'etcd user, where etcd asks for a password' },
  'password-file': { type: 'string', value: 'FILE', help: 'file with that user’s password' },
} as const satisfies Flags

export const TARGET_FLAGS = {
  root: { type: 'string', value: 'DIR', help: 'read the files and /proc of a host below DIR' },
  manifests: {
    type: 'string',
    value: 'DIR',
    help: 'static pod manifests; default the kubelet’s directory',
  },
  pid: { type: 'numbers', value: 'PID', help: 'only these processes; default all that are found' },
  endpoints: { type: 'list', value: 'URLS', help: 'client URLs of members elsewhere' },
  ...CREDENTIAL_FLAGS,
  'no-probe': { type: 'boolean', help: 'connect to nothing: files and processes only' },
  timeout: {
    type: 'duration',
    value: 'TIME',
    help: 'for one question to one member',
    default: '3s',
  },
} as const satisfies Flags

export type TargetFlags = FlagValues<typeof TARGET_FLAGS>

type CredentialFlags = FlagValues<typeof CREDENTIAL_FLAGS> & { readonly timeout: number }

function checkTogether(flags: CredentialFlags): void {
  type Flag = keyof typeof CREDENTIAL_FLAGS
  const needs = (one: Flag, other: Flag) => {
    if (flags[one] !== undefined && flags[other] === undefined)
      throw new KeepError('usage', 'usage.flag', `--${one} is of no use without --${other}`, {
        hint: `give both, or neither`,
      })
  }
  if (flags.timeout <= 0)
    throw new KeepError('usage', 'usage.flag', '--timeout: no question is answered in no time', {
      hint: 'leave it out, or give more than 0s',
    })
  needs('cert', 'key')
  needs('key', 'cert')
  needs('user', 'password-file')
  needs('password-file', 'user')
}

/** Throws `usage` for what is no client URL of etcd. */
export function endpointOf(url: string): string {
  const full = /^[a-z]+:\/\//.test(url) ? url : `https://${url}`
  const parsed = URL.parse(full)
  if (
    parsed &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.pathname === '/' &&
    parsed.username === ''
  )
    return `${parsed.protocol}//${parsed.host}${parsed.port === '' ? ':2379' : ''}`
  // Somebody may have written a password into it.
  const shown = JSON.stringify(url.replace(/\/\/.*@/, '//…@'))
  throw new KeepError('usage', 'usage.endpoint', `--endpoints: ${shown} is no client URL`, {
    hint: 'write https://HOST:2379, several with commas',
  })
}

/** A directory as the host below `--root` has it; with the root in front of it, or without. */
function onHost(path: string, root: string | undefined): string {
  if (root === undefined) return resolve(path)
  const below = relative(resolve(root), resolve(path))
  return below.startsWith('..') ? resolve('/', path) : resolve('/', below)
}

/** The credentials of the flags; undefined where none are given. Throws `usage` or `config`. */
export function credentialsOf(
  flags: CredentialFlags,
  here: Host,
): Promise<Credentials | undefined> {
  checkTogether(flags)
  const { cacert, cert, key, user } = flags
  const passwordFile = flags['password-file']
  return givenCredentials({ cacert, cert, key, user, passwordFile }, here)
}

/** What `gather` is to look at; `here` reads the files that the user named. */
export async function targetOf(
  flags: TargetFlags,
  needs: GatherOptions['needs'],
  here: Host,
): Promise<GatherOptions> {
  const given = await credentialsOf(flags, here)
  return {
    needs,
    probe: !flags['no-probe'],
    ...(flags.manifests !== undefined && { manifests: onHost(flags.manifests, flags.root) }),
    pids: flags.pid,
    endpoints: flags.endpoints.map(endpointOf),
    ...(given && { credentials: given }),
    timeoutMs: flags.timeout,
  }
}

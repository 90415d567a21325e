// The EncryptionConfiguration that an API server was told to use, without a byte of its keys.
import { posix } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import { enabled, setting, type Launch } from '../../effective/model.ts'
import { decodeDocument } from '../../encryption/decode-document.ts'
import type { EncryptionDocument, KmsEntry, ProviderEntry } from '../../encryption/model.ts'
import { KEYED_KINDS } from '../../encryption/model.ts'
import { goBase64 } from '../../encryption/rules/go-text.ts'
import { keyWeakness } from '../../encryption/rules/key-quality.ts'
import { maskedResource, validateDocument } from '../../encryption/rules/validate-document.ts'
import { configWarnings } from '../../encryption/rules/warnings.ts'
import type { Host } from '../../ports/host.ts'
import { compareVersions, parseVersion, versionOfImage } from '../../versions/version.ts'
import type { EncryptionConfig } from '../facts/keyspace.ts'
import { pathOnHost } from './file-references.ts'
import { notSeen } from './look-at-file.ts'

type Entry = EncryptionConfig['resources'][number]
type Provider = Entry['providers'][number]
type Kms = NonNullable<Provider['kms']>

/** Key bytes seen so far, with where and as what; lives as long as one file is read. */
type SeenKeys = Map<string, { readonly place: string; readonly as: string }>

/** The place of an equal key that goes by another name or provider. */
function twin(bytes: Uint8Array, as: string, place: string, seen: SeenKeys): string | undefined {
  if (bytes.length === 0) return undefined
  const mark = Buffer.from(bytes).toString('hex')
  const first = seen.get(mark)
  if (!first) seen.set(mark, { place, as })
  return first && first.as !== as ? first.place : undefined
}

function keyFacts(provider: ProviderEntry, place: string, seen: SeenKeys): Provider['keys'] {
  const kind = KEYED_KINDS.find((one) => provider[one] !== undefined)
  if (!kind) return []
  const keys = provider[kind]?.keys ?? []
  return keys.map(({ name, secret }, index) => {
    const bytes = goBase64(secret) ?? new Uint8Array()
    const sameAs = twin(bytes, `${kind} ${name}`, `${place}.${kind}.keys[${index}]`, seen)
    const weak = keyWeakness(bytes)
    const taken = keys.slice(0, index).some((one) => one.name === name)
    return {
      name,
      bytes: bytes.length,
      ...(weak !== undefined && { weak }),
      ...(sameAs !== undefined && { sameAs }),
      ...(taken && { nameTaken: true as const }),
    }
  })
}

async function socketFact(host: Host, launch: Launch, endpoint: string): Promise<Kms['socket']> {
  const path = /^unix:\/\/(\/[^@].*)$/.exec(endpoint)?.[1]
  if (path === undefined) return undefined
  const onHost = pathOnHost(launch, path)
  try {
    const { type, mode } = await host.stat(onHost)
    return known({ type, mode })
  } catch (thrown) {
    return notSeen(onHost, thrown)
  }
}

async function kmsFacts(host: Host, launch: Launch, kms: KmsEntry): Promise<Kms> {
  const { apiVersion, name, endpoint } = kms
  const socket = await socketFact(host, launch, endpoint)
  return { apiVersion, name, endpoint, ...(socket && { socket }) }
}

async function resourceFacts(host: Host, launch: Launch, document: EncryptionDocument) {
  const seen: SeenKeys = new Map()
  const entries: Entry[] = []
  for (const [at, entry] of document.resources.entries()) {
    const providers: Provider[] = []
    for (const [index, provider] of entry.providers.entries()) {
      const kms = provider.kms && (await kmsFacts(host, launch, provider.kms))
      const keyed = KEYED_KINDS.find((one) => provider[one] !== undefined)
      const kind = kms ? 'kms' : (keyed ?? 'identity')
      const keys = keyFacts(provider, `resources[${at}].providers[${index}]`, seen)
      providers.push({ kind, ...(kms && { kms }), keys })
    }
    entries.push({ resources: entry.resources, providers })
  }
  return entries
}

/** Off since Kubernetes 1.29 unless the gate is opened; the message is kube-apiserver's own. */
function refusedKms(document: EncryptionDocument, launch: Launch): readonly string[] {
  const providers = document.resources.flatMap((entry) => entry.providers)
  const version = parseVersion(versionOfImage(launch.image ?? '') ?? '')
  const gates = (setting(launch, 'feature-gates') ?? '').split(',').map((gate) => gate.trim())
  if (!providers.some(({ kms }) => kms?.apiVersion === 'v1') || !version) return []
  if (compareVersions(version, [1, 29, 0]) < 0 || gates.includes('KMSv1=true')) return []
  return [
    'KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2 instead.  ' +
      'Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature.',
  ]
}

async function configOf(host: Host, launch: Launch, path: string, text: string) {
  const { document, errors } = decodeDocument(text)
  const { layer } = launch
  if (!document) return { path, layer, resources: [], errors, warnings: [] }
  const reload = enabled(launch, 'encryption-provider-config-automatic-reload')
  const masked = maskedResource(document)
  return {
    path,
    layer,
    resources: await resourceFacts(host, launch, document),
    errors: [
      ...errors,
      ...validateDocument(document, reload).map((one) => one.error),
      ...(masked === undefined ? [] : [masked]),
      ...refusedKms(document, launch),
    ],
    warnings: configWarnings(document),
  }
}

/** The flag's value, under its name of today or of before 1.13. */
export const encryptionFlag = (launch: Launch): string | undefined =>
  setting(launch, 'encryption-provider-config') ??
  setting(launch, 'experimental-encryption-provider-config')

/** Where the directory is there and the file is not, the API server cannot find it either. */
async function notThere(
  host: Host,
  path: string,
  { layer }: Launch,
): Promise<Fact<EncryptionConfig>> {
  const directory = await host.stat(posix.dirname(path)).catch(() => undefined)
  if (!directory) return missing(`${path} does not exist on this host`, "the API server's host")
  const errors = [`open ${path}: no such file or directory`]
  return known({ path, layer, resources: [], errors, warnings: [] })
}

/** The configuration that a launch names; known `null` where it names none. Never throws. */
export async function encryptionOf(
  host: Host,
  launch: Launch,
): Promise<Fact<EncryptionConfig | null>> {
  const flag = encryptionFlag(launch)
  if (flag === undefined) return known(null)
  const path = pathOnHost(launch, flag)
  try {
    const bytes = await host.read(path)
    return known(await configOf(host, launch, path, Buffer.from(bytes).toString('utf8')))
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.kind === 'not-found')
      return notThere(host, path, launch)
    return notSeen(path, thrown)
  }
}

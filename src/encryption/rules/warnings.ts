// What the API server loads without a word, and what then does not do what its author meant.
import { KEYED_KINDS, type EncryptionDocument, type ProviderEntry } from '../model.ts'
import { isStoredResource } from './row-key.ts'

function nameWarning(resource: string): string | undefined {
  if (resource.includes('/')) return `"${resource}" names a subresource; nothing is stored under it`
  if (resource.includes('*') || isStoredResource(resource)) return undefined
  // A group with a dot may be a custom resource, which only the cluster itself knows.
  return resource.includes('.')
    ? undefined
    : `"${resource}" is no resource that Kubernetes stores: nothing is encrypted by this name`
}

function providerWarnings(provider: ProviderEntry): readonly string[] {
  const { kms } = provider
  const warnings: string[] = []
  if (kms?.apiVersion === 'v1')
    warnings.push(`KMS v1 ("${kms.name}") is disabled by default since Kubernetes 1.29`)
  if (kms && /^unix:(?!\/\/\/)/.test(kms.endpoint))
    warnings.push(`${kms.endpoint} does not name an absolute path: write unix:///path`)
  for (const kind of KEYED_KINDS) {
    const names = (provider[kind]?.keys ?? []).map((key) => key.name)
    if (new Set(names).size < names.length)
      warnings.push(`two keys of one ${kind} provider have the same name`)
  }
  return warnings
}

export const configWarnings = (document: EncryptionDocument): readonly string[] =>
  document.resources.flatMap((entry) => [
    ...entry.resources.map(nameWarning).filter((warning) => warning !== undefined),
    ...entry.providers.flatMap(providerWarnings),
    ...(entry.providers.some((provider) => provider.identity)
      ? []
      : [
          `rows of ${entry.resources.join(', ')} that are still in the clear cannot be read: identity is no provider`,
        ]),
  ])

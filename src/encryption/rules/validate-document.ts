// What kube-apiserver says against an EncryptionConfiguration: k8s.io/apiserver pkg/apis/apiserver/validation and
// pkg/server/options/encryptionconfig, in their order and their words.
import type { EncryptionDocument, ResourceEntry } from '../model.ts'
import { required, type FieldError } from './field-error.ts'
import { groupResource, groupResourceText } from './group-resource.ts'
import { providerErrors } from './validate-providers.ts'
import { overlapErrors, resourceNameErrors } from './validate-resources.ts'

const needOne = (field: string) => required(field, `at least one ${field} is required`)

function entryErrors(entry: ResourceEntry, at: string, taken: Set<string>, reload: boolean) {
  const resources = `${at}.resources`
  const errors: FieldError[] = []
  if (entry.resources.length === 0) errors.push(needOne(resources))
  errors.push(...overlapErrors(entry.resources, resources))
  errors.push(...resourceNameErrors(entry.resources, resources))
  if (entry.providers.length === 0) errors.push(needOne(`${at}.providers`))
  for (const [index, provider] of entry.providers.entries()) {
    errors.push(...providerErrors(provider, `${at}.providers[${index}]`, taken, reload))
    if (provider.kms) taken.add(provider.kms.name)
  }
  return errors
}

/** Field errors; `reload` is `--encryption-provider-config-automatic-reload`. */
export function validateDocument(
  document: EncryptionDocument,
  reload: boolean,
): readonly FieldError[] {
  if (document.resources.length === 0) return [needOne('resources')]
  const taken = new Set<string>()
  return document.resources.flatMap((entry, index) =>
    entryErrors(entry, `resources[${index}]`, taken, reload),
  )
}

/** The first name that an earlier wildcard hides: the API server refuses to start with it. */
export function maskedResource(document: EncryptionDocument): string | undefined {
  const seen = new Set<string>()
  for (const text of document.resources.flatMap((entry) => entry.resources)) {
    const one = groupResource(text)
    for (const wildcard of [`*.${one.group}`, '*.*'])
      if (seen.has(wildcard))
        return `resource ${JSON.stringify(groupResourceText(one))} is masked by earlier rule ${JSON.stringify(wildcard)}`
    seen.add(`${one.resource}.${one.group}`)
  }
  return undefined
}

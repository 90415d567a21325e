import { invalid, type FieldError } from './field-error.ts'
import { groupResource, type GroupResource } from './group-resource.ts'

const isAny = (one: GroupResource) => one.resource === '*' && one.group === '*'
const same = (a: GroupResource, b: GroupResource) =>
  a.resource === b.resource && a.group === b.group

const overlaps = (a: GroupResource, b: GroupResource) =>
  isAny(a) ||
  isAny(b) ||
  (a.group === b.group && a.resource !== b.resource && [a.resource, b.resource].includes('*'))

/** Names that mask each other, or stand twice, in one list. */
export function overlapErrors(resources: readonly string[], field: string): readonly FieldError[] {
  const parsed = resources.map(groupResource)
  const pairs = parsed.flatMap((a, i) => parsed.slice(i + 1).map((b) => [a, b] as const))
  const errors: FieldError[] = []
  if (pairs.some(([a, b]) => same(a, b)))
    errors.push(invalid(field, resources, 'the same resource cannot be specified multiple times'))
  if (pairs.some(([a, b]) => overlaps(a, b)))
    errors.push(
      invalid(
        field,
        resources,
        "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
      ),
    )
  return errors
}

const WITHOUT_API = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations']

function complaint(resource: string): string | undefined {
  if (/\p{Lu}/u.test(resource)) return 'resource name should not contain capital letters'
  if (resource === '*')
    return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources"
  if (WITHOUT_API.includes(resource))
    return 'resources which do not have REST API/s cannot be encrypted'
  const { resource: name, group } = groupResource(resource)
  if (group === 'events.k8s.io')
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file"
  if (group === 'extensions')
    return "'extensions' group has been removed and cannot be used for encryption"
  if (group === '*' && name !== '*')
    return 'encrypting the same resource across groups is not supported'
  return undefined
}

export const resourceNameErrors = (
  resources: readonly string[],
  field: string,
): readonly FieldError[] =>
  resources.flatMap((resource, index) => {
    const detail = complaint(resource)
    return detail === undefined ? [] : [invalid(`${field}[${index}]`, resource, detail)]
  })

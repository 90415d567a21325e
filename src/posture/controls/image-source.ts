import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { members } from '../subjects.ts'

/** Registries that get no new images: what stands there stays as it is for ever. */
const RETIRED = [
  'k8s.gcr.io/',
  'gcr.io/google-containers/',
  'gcr.io/google_containers/',
  'quay.io/coreos/etcd',
]

const declared = (image?: string) =>
  seen({
    members: [
      member({
        declared: known(launch({}, { layer: 'declared', ...(image !== undefined && { image }) })),
      }),
    ],
  })

export default defineControl({
  id: 'image-source',
  title: 'The image comes from a registry that is kept up',
  severity: 'medium',
  area: 'versions',
  rationale:
    'Retired registries serve old images for ever, with every hole in them, and are free to vanish.',
  remediation:
    'Name the image of registry.k8s.io, or of the registry that your distribution keeps.',
  references: [],
  needs: [],
  subjects: members,
  judge(member, { need }) {
    const one = need(member.declared)
    // A path is the program itself, a unit's ExecStart: no image.
    if (one.image === undefined || one.image.startsWith('/'))
      return notApplicable('the member does not run from an image')
    const evidence = { source: one.source, observed: `image ${one.image}`, layer: one.layer }
    const retired = RETIRED.find((prefix) => one.image?.startsWith(prefix))
    return retired === undefined
      ? pass('the image comes from no retired registry', evidence)
      : fail(`${retired.replace(/\/$/, '')} is retired`, [evidence])
  },
  examples: [
    {
      name: 'the registry of Kubernetes',
      given: declared('registry.k8s.io/etcd:3.5.30-0'),
      expect: { m1: 'pass' },
    },
    {
      name: 'its retired predecessor',
      given: declared('k8s.gcr.io/etcd:3.5.0-0'),
      expect: { m1: 'fail' },
    },
    { name: 'no image', given: declared(), expect: { m1: 'not-applicable' } },
    {
      name: 'no manifest',
      given: seen({ members: [member({ declared: missing('no manifest') })] }),
      expect: { m1: 'unknown' },
    },
  ],
})

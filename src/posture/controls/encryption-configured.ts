import { known, missing, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { aescbc, config, configured, entry } from '../example-encryption.ts'
import { apiserver, launch, seen } from '../example.ts'
import { cis } from '../references.ts'
import { configEvidence, encryptionsOf } from '../rules/encryption-state.ts'
import { apiservers } from '../subjects.ts'

const FLAGS = ['encryption-provider-config', 'experimental-encryption-provider-config']

const flagOf = (one: Launch) => FLAGS.find((flag) => setting(one, flag) !== undefined)

const evidence = (one: Launch): Evidence => {
  const flag = flagOf(one)
  const observed = flag === undefined ? `no --${FLAGS[0]}` : `--${flag}=${setting(one, flag) ?? ''}`
  return { source: one.source, observed, layer: one.layer }
}

const sound = config(entry('secrets', aescbc('key1')))

export default defineControl({
  id: 'encryption-configured',
  title: 'The API server has a configuration for encryption at rest that it can load',
  severity: 'high',
  area: 'at rest',
  rationale:
    'Without --encryption-provider-config the API server writes Secrets to etcd as they are: who reads the disk, a snapshot ' +
    'or the client port has them all. A file that it cannot load keeps it from starting, or keeps the old one in force.',
  remediation:
    'Write an EncryptionConfiguration, give it to kube-apiserver (never to etcd) with --encryption-provider-config.',
  references: [...cis('encryption-config'), { standard: 'NSA/CISA 1.2', id: 'Kubernetes Secrets' }],
  needs: ['files'],
  subjects: apiservers,
  judge(apiserver, { need }) {
    const launches = [valueOf(apiserver.running), valueOf(apiserver.declared)].filter(
      (one) => one !== undefined,
    )
    const [first, ...rest] = launches
    if (!first)
      return unknown('neither its process nor a manifest could be read', 'run on its host as root')
    const without = launches.find((one) => flagOf(one) === undefined)
    if (without)
      return fail(`--${FLAGS[0]} is not given: Secrets are written in the clear`, [
        evidence(without),
      ])
    for (const encryption of encryptionsOf(apiserver).map(valueOf)) {
      const [error, ...errors] = encryption?.errors ?? []
      if (encryption && error !== undefined)
        return fail(`kube-apiserver would not load ${encryption.path}: ${error}`, [
          configEvidence(encryption, error),
          ...errors.map((one) => configEvidence(encryption, one)),
        ])
    }
    const [encryption] = encryptionsOf(apiserver).map(need)
    return pass(
      `${encryption?.path ?? 'the file'} would be loaded`,
      evidence(first),
      ...rest.map(evidence),
    )
  },
  examples: [
    {
      name: 'a sound file',
      given: seen({ apiservers: [configured(sound)] }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'no flag',
      given: seen({ apiservers: [configured(null)] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the manifest has the flag, the process that runs does not',
      given: seen({
        apiservers: [
          apiserver({
            running: known(launch({}, { program: 'kube-apiserver' })),
            declared: configured(sound).running,
            encryption: known(null),
          }),
        ],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'a file that does not load',
      given: seen({
        apiservers: [configured({ ...sound, errors: ['resources: Required value: …'] })],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the file may not be read',
      given: seen({
        apiservers: [{ ...configured(sound), encryption: missing('enc.yaml may not be read') }],
      }),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})

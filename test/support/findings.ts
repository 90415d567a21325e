import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { backupOptions } from '../../src/cli/checking/backup-options.ts'
import type { Finding } from '../../src/core/finding.ts'
import { Secret } from '../../src/core/secret.ts'
import { silent } from '../../src/ports/progress.ts'
import { assess } from '../../src/posture/assess.ts'
import { controls } from '../../src/posture/controls/index.ts'
import { gather } from '../../src/posture/gather.ts'
import { needsOf } from '../../src/posture/select-controls.ts'
import { wire } from '../../src/wiring.ts'
import type { Asked } from '../system/corpus/case.ts'
import type { Ground } from './ground.ts'

const NO_CLUSTER = {
  endpoints: [],
  cacert: undefined,
  cert: undefined,
  key: undefined,
  user: undefined,
  'password-file': undefined,
}

/** What `check --pid … [--manifests …]` finds on the ground; only the controls named. */
export async function findingsOf(
  ground: Ground,
  pids: readonly number[],
  wanted: ReadonlySet<string>,
  asked: Asked = {},
): Promise<readonly Finding[]> {
  const chosen = controls.filter((control) => wanted.has(control.id))
  const ports = wire()
  const text = (name: string) => readFile(ground.pki(name), 'utf8')
  const credentials = asked.certificate !== undefined && {
    ca: await text('etcd-ca.crt'),
    certificate: await text(`${asked.certificate}.crt`),
    key: new Secret(await text(`${asked.certificate}.key`)),
    source: `--cert ${asked.certificate}.crt`,
  }
  const { backups } = asked
  const named =
    backups &&
    (await backupOptions(
      {
        repository: [backups.repository],
        trust: [await readFile(backups.trust, 'utf8')],
        'trust-records': [],
        ...NO_CLUSTER,
        anchor: [],
        rpo: backups.rpo,
      },
      { ports },
    ))
  const here = ground.path('manifests')
  const manifests = existsSync(here) ? here : ground.path('none')
  const seen = await gather(
    { ...ports, host: ports.host(asked.root === undefined ? {} : { root: asked.root }) },
    {
      needs: needsOf(chosen),
      probe: asked.noProbe !== true,
      pids: asked.root === undefined && !asked.byManifests ? pids : [],
      endpoints: asked.endpoints ?? [],
      timeoutMs: 2000,
      ...(credentials && { credentials }),
      ...(named && { backups: named }),
      ...(asked.root === undefined && { manifests }),
    },
    silent,
    new AbortController().signal,
  )
  return assess(chosen, seen)
}

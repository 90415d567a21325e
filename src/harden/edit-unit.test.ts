import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { known } from '../core/fact.ts'
import type { Environment } from '../effective/environment.ts'
import { unitWords } from '../effective/unit-words.ts'
import { expandUnitWords, parseUnit } from '../effective/unit.ts'
import { resolveSpecifiers } from '../effective/unit-words.ts'
import type { UnitFiles } from '../posture/gather/unit-files.ts'
import { editUnit } from './edit-unit.ts'
import { quoteUnitWord } from './unit-command.ts'

const names = { unit: 'etcd.service', host: 'node1' }

function unit(texts: Readonly<Record<string, string>>, environment: Environment = []): UnitFiles {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  const parsed = parseUnit(
    files.map(({ text }) => text),
    names,
  )
  const all = [...parsed.environment, ...environment]
  return { name: names.unit, host: names.host, files, unit: parsed, environment: known(all) }
}

const FILE = '/lib/systemd/system/etcd.service'
const DEBIAN = `[Service]
Environment=DAEMON_ARGS=
Environment=ETCD_NAME=%H
Environment=ETCD_DATA_DIR=/var/lib/etcd/default
ExecStart=-/usr/bin/etcd $DAEMON_ARGS
`

test('what is not meant keeps its variables; a variable of a changed flag is taken away', () => {
  const files = unit({ [FILE]: DEBIAN }, [
    ['DAEMON_ARGS', '--auto-tls --snapshot-count 5'],
    ['ETCD_LISTEN_CLIENT_URLS', 'http://10.0.0.1:2379'],
    ['ETCD_ROOT_PASSWORD', 'never shown'],
  ])
  const edited = editUnit(files, 'etcd', {
    'listen-client-urls': 'https://10.0.0.1:2379',
    'cert-file': '/etc/etcd/pki/50%.crt',
  })
  assert.equal(
    edited.dropIn?.after,
    `# Written by etcdkeep harden: another command for etcd.service (${FILE}).
# To have the old one back: remove this file, systemctl daemon-reload, systemctl restart.
[Service]
UnsetEnvironment=ETCD_LISTEN_CLIENT_URLS
ExecStart=
ExecStart=-/usr/bin/etcd \\
  $DAEMON_ARGS \\
  --listen-client-urls=https://10.0.0.1:2379 \\
  --cert-file=/etc/etcd/pki/50%%.crt
`,
  )
  assert.equal(edited.dropIn?.path, '/etc/systemd/system/etcd.service.d/10-etcdkeep.conf')
  assert.deepEqual(edited.argv, [
    '/usr/bin/etcd',
    '--auto-tls',
    '--snapshot-count',
    '5',
    '--listen-client-urls=https://10.0.0.1:2379',
    '--cert-file=/etc/etcd/pki/50%.crt',
  ])
  assert.deepEqual(edited.environment, {
    ETCD_NAME: 'node1',
    ETCD_DATA_DIR: '/var/lib/etcd/default',
  })
})

test('a variable that holds a changed flag is written out', () => {
  const files = unit({ [FILE]: DEBIAN }, [
    ['DAEMON_ARGS', '--auto-tls --snapshot-count 5 --auto-tls=true'],
  ])
  const { dropIn, argv } = editUnit(files, 'etcd', { 'auto-tls': undefined })
  assert.match(dropIn?.after ?? '', /etcd \\\n {2}--snapshot-count \\\n {2}5\n$/)
  assert.deepEqual(argv, ['/usr/bin/etcd', '--snapshot-count', '5'])
})

test('a drop-in that is read later gets ours behind it', () => {
  const path = '/etc/systemd/system/etcd.service.d/override.conf'
  const files = unit({
    [FILE]: DEBIAN,
    [path]: '[Service]\nExecStart=\nExecStart=/opt/etcd --name=m1\n',
  })
  const { dropIn, argv } = editUnit(files, 'etcd', { name: 'm2' })
  assert.equal(dropIn?.path, '/etc/systemd/system/etcd.service.d/zz-etcdkeep.conf')
  assert.deepEqual(argv, ['/opt/etcd', '--name=m2'])
})

test('a second change keeps what the first took away; nothing to change makes no drop-in', () => {
  const path = '/etc/systemd/system/etcd.service.d/10-etcdkeep.conf'
  const own = '[Service]\nUnsetEnvironment=ETCD_AUTO_TLS\nExecStart=\nExecStart=/usr/bin/etcd\n'
  const files = unit({ [FILE]: DEBIAN, [path]: own }, [['ETCD_AUTO_TLS', 'true']])
  const { dropIn } = editUnit(files, 'etcd', { name: 'm2' })
  assert.equal(dropIn?.before, own)
  assert.match(dropIn?.after ?? '', /UnsetEnvironment=ETCD_AUTO_TLS ETCD_NAME\n/)
  assert.equal(editUnit(files, 'etcd', {}).dropIn, undefined)
})

test('what cannot be changed safely is refused', () => {
  const refused = (text: string) =>
    assert.throws(() => editUnit(unit({ [FILE]: text }), 'etcd', { name: 'x' }), { kind: 'config' })
  refused('[Service]\nExecStart=/bin/sh -c "exec etcd --name=a"\n')
  refused('[Service]\nExecStart=/usr/bin/etcd\nExecStart=/usr/bin/etcd --name=b\n')
  refused('[Service]\nExecStart=@/usr/bin/etcd other --name=b\n')
  refused('[Service]\nExecStart=/usr/bin/etcd --name=%m\n')
  refused('[Service]\n')
})

test('every word comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }).filter((text) => !/[\r\0\v\f]/.test(text))),
      (all) => {
        const line = all.map(quoteUnitWord).join(' ')
        const words = unitWords(line).map((word) => resolveSpecifiers(word, names))
        assert.deepEqual(expandUnitWords(words, []), all)
      },
    ),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Launch } from '../../effective/model.ts'
import { unitCommands } from './unit-commands.ts'

const launch = (source: string, configFile?: string): Launch => ({
  program: 'etcd',
  layer: 'declared',
  source,
  name: 'm1',
  settings: {},
  problems: [],
  mounts: [],
  ...(configFile !== undefined && { configFile }),
})

test('a unit is edited and restarted under its own name', () => {
  assert.deepEqual(unitCommands(launch('unit etcd-main.service')), [
    'systemctl edit etcd-main.service',
    'systemctl restart etcd-main.service',
    'systemctl is-active etcd-main.service',
    'etcdkeep check',
  ])
})

test('a unit with a configuration file has that edited', () => {
  const [copy, edit] = unitCommands(launch('unit etcd.service', '/etc/etcd/etcd.yaml'))
  assert.equal(copy, "cp -p '/etc/etcd/etcd.yaml' '/etc/etcd/etcd.yaml.before'")
  assert.equal(edit, "${EDITOR:-vi} '/etc/etcd/etcd.yaml'")
})

test('nothing for a member of a manifest', () => {
  assert.deepEqual(unitCommands(launch('manifest /etc/kubernetes/manifests/etcd.yaml')), [])
  assert.deepEqual(unitCommands(undefined), [])
})

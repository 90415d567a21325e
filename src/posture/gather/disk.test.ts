import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import * as fc from 'fast-check'
import { linuxHost } from '../../adapters/host/linux.ts'
import { diskUnder, mountOf, parseMounts } from './disk.ts'
import { hostFacts } from './host.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcdkeep-disk-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (path: string, content: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
/** /var/lib on dm-1 (LVM) over dm-0 (`uuid`) over sda2. */
function machine(uuid: string) {
  put(
    'proc/1/mountinfo',
    '27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 253:1 / /var/lib rw - xfs /dev/mapper/vg-var rw\n',
  )
  put('proc/cpuinfo', 'flags : fpu vme\n')
  put('sys/class/block/dm-1/dm/uuid', 'LVM-x\n')
  put('sys/class/block/dm-1/slaves/dm-0', '')
  put('sys/class/block/dm-0/dm/uuid', uuid)
  put('sys/class/block/dm-0/slaves/sda2', '')
  put('sys/class/block/sda2/partition', '2')
  put('sys/class/block/sda1/partition', '1')
  mkdirSync(join(root, 'sys/dev/block'), { recursive: true })
  symlinkSync('../../class/block/dm-1', join(root, 'sys/dev/block/253:1'))
  symlinkSync('../../class/block/sda1', join(root, 'sys/dev/block/8:1'))
  mkdirSync(join(root, 'var/lib/etcd'), { recursive: true })
  return linuxHost({ root })
}

test('dm-crypt is found through the layers above it', async () => {
  const disk = await diskUnder(machine('CRYPT-LUKS2-abc\n'), '/var/lib/etcd')
  assert.ok(disk.known)
  assert.deepEqual(disk.value, {
    path: '/var/lib/etcd',
    mountPoint: '/var/lib',
    device: '/dev/mapper/vg-var',
    fsType: 'xfs',
    encrypted: { known: true, value: true },
  })
})

test('bare layers are not encrypted, unless a hypervisor stands below', async () => {
  const host = machine('LVM-y\n')
  const bare = await diskUnder(host, '/var/lib/etcd')
  assert.ok(bare.known)
  assert.deepEqual(bare.value.encrypted, { known: true, value: false })
  put('proc/cpuinfo', 'flags : fpu hypervisor vme\n')
  const guest = await diskUnder(host, '/var/lib/etcd')
  assert.ok(guest.known)
  assert.equal(guest.value.encrypted.known, false)
})

test('swap on zram is no swap on disk', async () => {
  const host = machine('CRYPT-PLAIN-swap\n')
  put('proc/sys/kernel/core_pattern', '|/bin/false\n')
  put(
    'proc/swaps',
    'Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 1 0 100\n/dev/dm-0 partition 9 0 -2\n/dev/sda2 partition 9 0 -3\n',
  )
  const facts = await hostFacts(host)
  assert.deepEqual(facts.swap, {
    known: true,
    value: [
      { path: '/dev/dm-0', encrypted: { known: true, value: true } },
      { path: '/dev/sda2', encrypted: { known: true, value: false } },
    ],
  })
  assert.deepEqual(facts.corePattern, { known: true, value: '|/bin/false' })
})

test('an empty root gives reasons, not answers', async () => {
  const host = linuxHost({ root })
  assert.equal((await diskUnder(host, '/var/lib/etcd')).known, false)
  assert.equal((await hostFacts(host)).swap.known, false)
})

test('the longest and latest mount holds the path; no table breaks the parser', () => {
  const table =
    '1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /a rw - ext4 /dev/b rw\n3 1 8:3 / /a rw - xfs /dev/c rw\n'
  assert.equal(mountOf(parseMounts(table), '/a/b')?.source, '/dev/c')
  assert.equal(mountOf(parseMounts(table), '/ab')?.source, '/dev/a')
  fc.assert(fc.property(fc.string(), (text) => void mountOf(parseMounts(text), '/a')))
})

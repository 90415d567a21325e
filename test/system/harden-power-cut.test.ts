// Hardening whose power fails at every moment there is: before, in, and after each thing that lasts.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { ground, run } from '../support/paper/ground.ts'
import { failing, texts } from '../support/paper/judge.ts'
import {
  filesBelow,
  machine,
  wideKeys,
  type Machine,
  type Standing,
} from '../support/paper/machine.ts'

interface Cut {
  readonly at: string
  readonly left: Standing
}

/** A whole run, and what each moment of it would have left had the power failed then. */
async function cuts(on: Machine, home: string, planted?: string): Promise<readonly Cut[]> {
  const all: Cut[] = []
  on.watch = (at) => all.push({ at, left: on.stand(mkdtempSync(join(home, 'cut-'))) })
  await run(on, planted)
  on.watch = () => undefined
  return all
}

interface Ending {
  readonly at: string
  readonly before: Before
  readonly planted: string | undefined
}

interface Before {
  readonly texts: ReadonlyMap<string, string>
  readonly wide: readonly string[]
}

/** The member whose proof fails is as it was, and so is every one after it; those before it are closed. */
function assertBack(on: Machine, { before, at, planted }: Ending): void {
  const first = on.members.findIndex((one) => one.name === planted)
  const now = texts(on)
  for (const [index, { name, peerUrls, launch }] of on.members.entries()) {
    if (index < first) assert.deepEqual(failing(launch), [], at)
    else {
      assert.deepEqual(peerUrls, [on.lab.members[index]?.peerUrl], at)
      assert.ok(failing(launch).includes('client-listener-tls'), at)
      for (const [path, text] of before.texts)
        if (path.includes(`/${name}/`) || path.endsWith(`-${name}.yaml`))
          assert.equal(now.get(path), text, at)
    }
  }
}

async function assertClosed(on: Machine, at: string): Promise<void> {
  for (const { launch } of on.members) assert.deepEqual(failing(launch), [], at)
  assert.equal(await run(on), 'nothing to do', at)
}

/** The next run ends the work, or has taken it back, and leaves nothing lying about. */
async function assertEnds(on: Machine, ending: Ending): Promise<void> {
  const { at, before, planted } = ending
  const wide = wideKeys(on.lab.directory).filter((path) => !before.wide.includes(path))
  assert.deepEqual(wide, [], `${at}: a key is wide`)
  const last = await run(on, planted)
  if (planted !== undefined) {
    assertBack(on, ending)
    // Whatever was wrong is repaired: the next plan goes on where this one stopped.
    assert.equal(await run(on), 'applied', at)
  } else assert.notEqual(last, 'rolled-back', at)
  await assertClosed(on, at)
  const leftovers = filesBelow(on.lab.directory).filter((path) => basename(path).startsWith('.'))
  assert.deepEqual(leftovers, [], at)
  assert.deepEqual(on.violations, [], at)
}

/** Every one of a single member; of three, one in four from the first restart on: what comes before is the same. */
function some(all: readonly Cut[], members: number): readonly Cut[] {
  if (members === 1) return all
  const first = all.findIndex(({ at }) => at.includes('member update'))
  return all.slice(first).filter((_, index) => index % 4 === 0)
}

const CASES = [
  { members: 1, configFiles: false },
  { members: 1, configFiles: true },
  { members: 3, configFiles: false },
  { members: 3, configFiles: true },
] as const

for (const { members, configFiles } of CASES)
  for (const planted of [undefined, members === 1 ? 'm1' : 'm2'])
    test(`${members} members, ${configFiles ? 'configuration files' : 'flags'}, ${planted ? 'rolled back' : 'applied'}: the power fails at each moment`, async (t) => {
      const { home, lab, first } = await ground(t, members, configFiles)
      const on = await machine(lab, first)
      const before = { texts: texts(on), wide: wideKeys(lab.directory) }
      const all = await cuts(on, home, planted)
      await assertEnds(on, { at: 'the end', before, planted })
      for (const [index, { at, left }] of some(all, members).entries()) {
        const again = await machine(lab, left)
        // The kubelet may see what was written before the next run, or only then.
        if (index % 2 === 0) await again.look()
        await assertEnds(again, { at, before, planted })
      }
      t.diagnostic(`${all.length} moments`)
      assert.ok(all.length > 50)
    })

// Hardening as a process of its own, to be killed, whose every proof fails: MANIFESTS STATE.
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { openJournal, unfinished } from '../../src/harden/journal.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { lookAt, ports, signal } from './hardening.ts'

const [manifests = '', state = ''] = process.argv.slice(2)
const journal = await openJournal({ ...ports, host: ports.host() }, state)
const plan =
  unfinished(journal) ?? (await planHardening(ports, { ...(await lookAt({ manifests })), state }))
const prove = async () => ['planted']
const { as } = await applyHardening(ports, plan, { state, signal, timeoutMs: 40_000, prove })
process.exitCode = as === 'rolled-back' ? 1 : 0

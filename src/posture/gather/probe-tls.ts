// What a listener shows of its TLS side before any key is used.
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'
import { parseDerChain } from '../../pki/parse-certificate.ts'
import type { Answer, Door, Greeting, Prober } from '../../ports/prober.ts'
import type { Attempt, ListenerProbe } from '../facts/probes.ts'
import { USUAL_SUITES, WEAK_SUITES } from '../weak-suites.ts'

type Shown = Pick<ListenerProbe, 'versions' | 'weakSuites' | 'served' | 'caPool'>

/** Offers all weak suites, then all but those that were taken, until the listener takes none. */
async function weakSuites(
  prober: Prober,
  door: Door,
  signal?: AbortSignal,
): Promise<Fact<readonly string[]>> {
  const taken: string[] = []
  const left = new Map(Object.entries(WEAK_SUITES))
  while (left.size > 0) {
    const { answer, suite } = await prober.greet(door, 'TLS1.2', [...left.values()], signal)
    if (answer.outcome === 'refused') return known(taken)
    const name = [...left].find(([, number]) => number === suite)?.[0]
    if (answer.outcome !== 'answered' || name === undefined)
      return taken.length > 0 ? known(taken) : missing(`weak suites: ${answer.detail}`)
    taken.push(name)
    left.delete(name)
  }
  return known(taken)
}

function chainOf(greetings: readonly Greeting[]): Fact<readonly Certificate[]> {
  const chain = greetings.find((greeting) => greeting.chain && greeting.chain.length > 0)?.chain
  if (!chain) return missing(`no certificate was shown: ${greetings[0]?.answer.detail ?? ''}`)
  try {
    return known(parseDerChain(chain))
  } catch {
    return missing('what the listener shows as its certificate cannot be read')
  }
}

function poolOf(greeting: Greeting): Fact<readonly string[] | null> {
  const { authorities, answer } = greeting
  if (authorities === undefined)
    return missing(`the CA pool shows in TLS 1.2 only: ${answer.detail}`)
  return known(authorities && authorities.map((name) => Buffer.from(name).toString('base64')))
}

export async function probeTls(
  prober: Prober,
  door: Door,
  stamp: (answer: Answer) => Attempt,
  signal?: AbortSignal,
): Promise<Shown> {
  const [oldest, older, usual, modern] = await Promise.all([
    prober.greet(door, 'TLS1.0', [...USUAL_SUITES, 0x0035, 0x000a], signal),
    prober.greet(door, 'TLS1.1', [...USUAL_SUITES, 0x0035, 0x000a], signal),
    prober.greet(door, 'TLS1.2', USUAL_SUITES, signal),
    prober.greetModern(door, signal),
  ])
  const greetings = [oldest, older, usual, modern]
  const spoken = greetings.some(({ answer }) => answer.outcome === 'answered')
  return {
    versions: {
      'TLS1.0': stamp(oldest.answer),
      'TLS1.1': stamp(older.answer),
      'TLS1.2': stamp(usual.answer),
      'TLS1.3': stamp(modern.answer),
    },
    // A door that slams shut on everybody turns down no suite in particular.
    weakSuites: spoken
      ? await weakSuites(prober, door, signal)
      : missing(`no TLS version was answered: ${usual.answer.detail}`),
    served: chainOf([usual, modern]),
    caPool: poolOf(usual),
  }
}

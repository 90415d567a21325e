import type { ObjectStore } from '../../src/ports/object-store.ts'

export class Killed extends Error {}

/** A store whose user is killed at its `at`-th change, just before or just after it took place. */
export function dyingStore(store: ObjectStore, at: number, when: 'before' | 'after'): ObjectStore {
  let count = 0
  const change = async (work: () => Promise<void>) => {
    count += 1
    if (count > at || (count === at && when === 'before')) throw new Killed()
    await work()
    if (count === at) throw new Killed()
  }
  return {
    ...store,
    put: (...all) => change(() => store.put(...all)),
    remove: (...all) => change(() => store.remove(...all)),
  }
}

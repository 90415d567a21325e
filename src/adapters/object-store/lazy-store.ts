import type { ObjectStore } from '../../ports/object-store.ts'

/** A store whose code is loaded by its first call: the S3 client is too large for commands that do not use it. */
export function lazyStore(name: string, open: () => Promise<ObjectStore>): ObjectStore {
  let opened: Promise<ObjectStore> | undefined
  const store = () => (opened ??= open())
  return {
    name,
    put: async (...args) => (await store()).put(...args),
    async *get(...args) {
      yield* (await store()).get(...args)
    },
    stat: async (...args) => (await store()).stat(...args),
    async *list(...args) {
      yield* (await store()).list(...args)
    },
    remove: async (...args) => (await store()).remove(...args),
    lock: {
      retention: async (...args) =>
        (await (await store()).lock?.retention(...args)) ?? { mode: 'none' },
    },
  }
}

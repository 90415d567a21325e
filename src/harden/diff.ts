// What a plan does to files, as `diff -u` would show it.
import { createTwoFilesPatch } from 'diff'
import type { Plan } from './model.ts'

export interface FileDiff {
  readonly path: string
  readonly patch: string
}

const patchOf = (path: string, before: string, after: string): FileDiff => ({
  path,
  patch: createTwoFilesPatch(path, path, before, after, '', '', { context: 2 })
    .split('\n')
    .filter((line) => !/^=+$/.test(line) && line !== '')
    .join('\n'),
})

export const diffs = (plan: Plan): readonly FileDiff[] =>
  plan.steps
    .filter((step) => step.kind === 'manifest')
    .flatMap(({ config, path, before, after }) => [
      ...(config ? [patchOf(config.path, config.before, config.after)] : []),
      patchOf(path, before, after),
    ])

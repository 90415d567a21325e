// What a plan does to files, as `diff -u` would show it.
import { createTwoFilesPatch } from 'diff'
import type { Plan } from './model.ts'

export interface FileDiff {
  readonly path: string
  readonly patch: string
}

export const diffs = (plan: Plan): readonly FileDiff[] =>
  plan.steps
    .filter((step) => step.kind === 'manifest')
    .map(({ path, before, after }) => ({
      path,
      patch: createTwoFilesPatch(path, path, before, after, '', '', { context: 2 })
        .split('\n')
        .filter((line) => !/^=+$/.test(line) && line !== '')
        .join('\n'),
    }))

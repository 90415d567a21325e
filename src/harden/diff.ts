// What a plan does to files, as `diff -u` would show it.
import { createTwoFilesPatch } from 'diff'
import type { Plan } from './model.ts'
import { changesOf } from './restart-files.ts'

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
    .filter((step) => step.kind === 'manifest' || step.kind === 'unit')
    .flatMap((step) => changesOf(step))
    .map(({ path, before = '', after }) => patchOf(path, before, after))

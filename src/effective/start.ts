import { known, missing, type Fact } from '../core/fact.ts'
import type { Environment } from './environment.ts'
import type { Launch, Mount, Origin, Problem, Program, Setting } from './model.ts'
import { isUnresolved } from './unresolved.ts'
import { showable } from './secrecy.ts'

/** How a program is, or would be, started; before anything is made of it. */
export interface Start {
  readonly program: Program
  readonly layer: Launch['layer']
  /** Stable words, as in Launch. */
  readonly source: string
  readonly file?: string
  readonly pid?: number
  /** The name where no flag gives one. */
  readonly name?: string
  /** Behind the program's own name. */
  readonly argv: readonly string[]
  readonly environment: Fact<Environment>
  readonly mounts: readonly Mount[]
  readonly image?: string
  readonly container?: string
  /** Relative paths start here, as the program sees it; '' = not known. */
  readonly workingDirectory: string
}

/** Reads a file under the path by which the program sees it. */
export type ReadText = (path: string) => Promise<Fact<string>>

/** What is being made of a start. Values that cannot be known end it: nothing is guessed. */
export class Effect {
  readonly settings: Record<string, Setting> = {}
  readonly problems: Problem[] = []
  why: { readonly why: string; readonly access?: string } | undefined
  readonly start: Start

  constructor(start: Start) {
    this.start = start
  }

  set(name: string, value: string, kind: Origin['kind'], source = this.start.source): void {
    if (isUnresolved(value)) {
      this.unreadable(`what --${name} is set to is only known to the running system`)
      return
    }
    const origin: Origin = { layer: this.start.layer, source, kind }
    this.settings[name] = { value: showable(name, value), origin }
  }

  problem(code: Problem['code'], setting: string, message: string, fatal = true): void {
    this.problems.push({ code, fatal, setting, message })
  }

  unreadable(why: string, access = 'run on the host while the program runs'): void {
    this.why ??= { why, access }
  }

  launch(more: Pick<Launch, 'name'> & Partial<Launch>): Fact<Launch> {
    const { start, why } = this
    if (why) return missing(`${start.source}: ${why.why}`, why.access)
    const { program, layer, source, file, pid, mounts, image, container } = start
    return known({
      program,
      layer,
      source,
      ...(file !== undefined && { file }),
      ...(pid !== undefined && { pid }),
      ...(image !== undefined && { image }),
      ...(container !== undefined && { container }),
      mounts,
      settings: this.settings,
      problems: this.problems,
      ...more,
    })
  }
}

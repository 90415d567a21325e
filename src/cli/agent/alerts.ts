import { dirname, isAbsolute, join } from 'node:path'
import type { AgentEvent } from '../../agent/job.ts'
import { newsTeller, signMessage } from '../../agent/sign-message.ts'
import type { LoadedConfig } from '../../config/parse-config.ts'
import { KeepError, messageOf } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Context } from '../command.ts'
import { readGiven } from '../given-file.ts'

const SHORTEST = 16

export interface Alerts {
  tell(event: AgentEvent): void
  /** Resolves when everything was sent, or was not. */
  idle(): Promise<void>
}

async function secretOf(loaded: LoadedConfig, file: string, { ports }: Context): Promise<Secret> {
  const path = isAbsolute(file) ? file : join(dirname(loaded.path), file)
  const secret = new Secret((await readGiven(ports.host(), 'config', path)).trim())
  if (secret.reveal().length >= SHORTEST) return secret
  throw new KeepError('config', 'webhook.secret', `${path} holds no secret of 16 characters`, {
    hint: 'make one with: openssl rand -hex 32',
  })
}

/** Sends what is news to the webhook, one after the other; one that is down stops nothing. */
export async function alertsOf(loaded: LoadedConfig, context: Context): Promise<Alerts> {
  const { webhook } = loaded.config
  if (!webhook) return { tell() {}, idle: async () => {} }
  const { clock, postWebhook } = context.ports
  const secret = await secretOf(loaded, webhook.secret.file, context)
  const news = newsTeller()
  let queue: Promise<void> = Promise.resolve()
  const send = async (event: AgentEvent) => {
    const message = news(event)
    if (!message) return
    try {
      await postWebhook(webhook.url, signMessage(message, secret, clock.now()))
    } catch (thrown) {
      context.progress.note(messageOf(thrown))
    }
  }
  return {
    tell(event) {
      queue = queue.then(() => send(event))
    },
    idle: () => queue,
  }
}

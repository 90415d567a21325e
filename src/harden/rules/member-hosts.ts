// Every name under which a member is dialled. Pure.
import { urls, type Launch } from '../../effective/model.ts'

export const hostsOf = (launch: Launch): readonly string[] => {
  const flags = [
    'advertise-client-urls',
    'initial-advertise-peer-urls',
    'listen-client-urls',
    'listen-peer-urls',
  ]
  const all = flags.flatMap((flag) => urls(launch, flag)).filter((url) => URL.canParse(url))
  const hosts = all.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
  const named = hosts.filter((host) => host !== '0.0.0.0' && host !== '::')
  return [...new Set([...named, launch.name, 'localhost', '127.0.0.1', '::1'])]
}

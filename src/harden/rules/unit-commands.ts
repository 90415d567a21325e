// What a person types to change a member that systemd starts: its unit is not edited for them. Pure.
import type { Launch } from '../../effective/model.ts'

/** Empty for a member that no unit declares. */
export function unitCommands(launch: Launch | undefined): readonly string[] {
  const unit = /^unit (\S+)$/.exec(launch?.source ?? '')?.[1]
  if (unit === undefined) return []
  return [
    ...(launch?.configFile === undefined
      ? [`systemctl edit ${unit}`]
      : [
          `cp -p '${launch.configFile}' '${launch.configFile}.before'`,
          `\${EDITOR:-vi} '${launch.configFile}'`,
        ]),
    `systemctl restart ${unit}`,
    `systemctl is-active ${unit}`,
    'etcdkeep check',
  ]
}

/** What makes a changed unit count, where nobody else restarts it. */
export const restartCommands = (unit: string): readonly string[] => [
  'systemctl daemon-reload',
  `systemctl restart ${unit}`,
]

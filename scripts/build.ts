// Compiles src/ to dist/ for publishing.
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
const done = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (done.status !== 0) process.exit(1)
chmodSync('dist/cli/main.js', 0o755)

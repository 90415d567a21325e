import { checkText } from '../../report/text.ts'
import { html } from '../../report/html/check-page.ts'
import { junit } from '../../report/junit.ts'
import { markdown } from '../../report/markdown.ts'
import { sarif } from '../../report/sarif.ts'
import { exitOf } from '../../posture/check-result.ts'
import { controls } from '../../posture/controls/index.ts'
import { CHECK_FLAGS } from '../checking/flags.ts'
import { runCheck } from '../checking/run-check.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  summary: 'Looks at a cluster as an attacker and as its operator would; changes nothing',
  description:
    'Without flags it finds the etcd and kube-apiserver processes, static pods and units of this machine, reads what they say, and tries their doors. A pass is what was seen; what could not be looked at is unknown and says which access is missing.',
  examples: [
    { run: 'check', what: 'this machine; as root it sees most' },
    {
      run: 'check --endpoints https://10.0.0.1:2379 --cacert ca.crt --cert c.crt --key c.key',
      what: 'a cluster elsewhere',
    },
    { run: 'check --control client-listener-tls -o json', what: 'one control, for machines' },
    { run: 'check --save-facts facts.json', what: 'take the facts to another machine …' },
    { run: 'check --facts facts.json -o html > report.html', what: '… and judge them there' },
    { run: 'check --snapshot etcd.db', what: 'the rows stored in a snapshot' },
    { run: 'check --baseline last.json --waivers waivers.yaml', what: 'what is new since then' },
  ],
  flags: CHECK_FLAGS,
  run: ({ flags }, context) => runCheck(flags, context),
  text: checkText,
  exit: exitOf,
  formats: {
    sarif: (result) => sarif(result, controls),
    junit: (result) => junit(result, controls),
    html: (result) => html(result, controls),
    markdown,
  },
})

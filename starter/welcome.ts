import Table from 'cli-table3'
import pc from 'picocolors'
import type { Service, ServiceState } from './service.ts'
import type { Shop } from './shop.ts'

const stateColours: Record<ServiceState, (text: string) => string> = {
  ready: pc.green,
  starting: pc.yellow,
  hung: pc.yellow,
  down: pc.red,
  failed: pc.red,
}

const query = '{ products(first: 3) { nodes { title rating { average count } } } }'

/** What is printed when the shop is open: what runs where, and what to try. */
export function welcome(
  { gateway, subgraphs }: Shop,
  { elapsedMs, keys }: { elapsedMs: number; keys: boolean },
): string {
  const none = ''
  const blank = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
      .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
      .map((part) => [part, none]),
  )
  const table = new Table({
    head: ['', 'name', 'state', 'address'].map((title) => pc.dim(title)),
    chars: { ...blank, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  const row = ({ name, state, url }: Service, key = '') => [
    pc.bold(key),
    name,
    stateColours[state()](state()),
    state() === 'down' ? pc.dim(url) : url,
  ]
  table.push(row(gateway), ...subgraphs.map((service, index) => row(service, keys ? String(index + 1) : '')))

  const sandbox = `http://localhost:${gateway.port}/graphql`
  const second = Math.min(1, subgraphs.length - 1)
  const victim = subgraphs[second]?.name ?? 'reviews'
  return [
    '',
    pc.bold(`The arcade is open, after ${(elapsedMs / 1000).toFixed(1)} s.`),
    '',
    table.toString(),
    '',
    'Three things to try:',
    `  ${pc.cyan('•')} Open Apollo Sandbox at ${pc.underline(sandbox)} and ask`,
    `      ${query}`,
    keys
      ? `  ${pc.cyan('•')} Press ${pc.bold(String(second + 1))} to take ${victim} down, and ask again: only its fields are null. ${pc.bold(String(second + 1))} brings it back.`
      : `  ${pc.cyan('•')} Start with ${pc.bold(`npm start -- --without ${victim}`)}, and ask again: only its fields are null.`,
    `  ${pc.cyan('•')} Be a customer: ${pc.bold('npm run -s token -- --customer ada')} prints a token for the header`,
    '      Authorization: Bearer …   and   { me { orders(first: 3) { nodes { number status } } } }   has an answer.',
    '',
    pc.dim(keys ? '? lists the keys. Ctrl-C stops all of it.' : 'Ctrl-C, or SIGTERM, stops all of it.'),
    '',
  ].join('\n')
}

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { importJWK, SignJWT } from 'jose'
import { customerIdFor } from '../prisma/shop-data/people.ts'
import { parseKeySet } from '../service/key-set.ts'
import { ensureDevelopmentKeys } from '../starter/development-keys.ts'
import { explain } from '../starter/start-error.ts'
import { toId } from '../subgraphs/kit/ids.ts'

const usage = `Prints a development token for "Authorization: Bearer …".

  npm run -s token -- --customer ada --role shopper [--role staff] [--expires 8h]

  --customer NAME   the customer to be: ada, grace or linus
  --subject ID      instead of a customer: any id, as a member of staff has
  --name NAME       the name that others see (default: the customer's)
  --role ROLE       shopper, agent, moderator or staff; may be repeated (default: shopper)
  --expires TIME    how long it holds: 30m, 8h, 7d (default: 8h)`

const roles = ['shopper', 'agent', 'moderator', 'staff']

/** What the person at the command line can mend. */
class UsageError extends Error {}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        customer: { type: 'string' },
        subject: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string', multiple: true, default: ['shopper'] },
        expires: { type: 'string', default: '8h' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function subjectOf({
  customer,
  subject,
}: {
  customer?: string | undefined
  subject?: string | undefined
}): string {
  if ((customer === undefined) === (subject === undefined))
    throw new UsageError('exactly one of --customer and --subject is wanted')
  if (subject) return subject
  try {
    return toId('cus', customerIdFor(customer ?? ''))
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

async function mint(args: string[]): Promise<string> {
  const {
    customer,
    subject,
    name = customer && capitalised(customer),
    role,
    expires,
    help,
  } = readArguments(args)
  if (help) return usage
  const unknown = role.find((each) => !roles.includes(each))
  if (unknown !== undefined)
    throw new UsageError(`--role is ${JSON.stringify(unknown)}: it takes ${roles.join(', ')}`)
  if (!/^\d{1,6}[smhd]$/.test(expires)) {
    throw new UsageError(`--expires is ${JSON.stringify(expires)}: it takes a number and s, m, h or d, as 8h`)
  }
  const id = subjectOf({ customer, subject })

  const directory = await ensureDevelopmentKeys(process.env.DATA_DIR || '.data')
  const jwk = parseKeySet(await readFile(`${directory}/tokens.private.json`, 'utf8'))?.keys[0]
  if (!jwk?.kid)
    throw new UsageError(`${directory}/tokens.private.json holds no key: "npm run reset" forgets it`)
  return new SignJWT({ roles: role, ...(name && { name }) })
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setSubject(id)
    .setIssuer(process.env.TOKEN_ISSUER || 'arcade-development')
    .setAudience(process.env.TOKEN_AUDIENCE || 'arcade')
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(await importJWK(jwk, 'EdDSA'))
}

try {
  console.log(await mint(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof UsageError ? `token: ${error.message}` : explain(error))
  process.exitCode = 1
}

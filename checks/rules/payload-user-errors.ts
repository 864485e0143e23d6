import { isEnumType, isObjectType, type NamedType } from '@apollo/federation-internals'
import type { Problem, Rule } from './rule.ts'
import { namedTypeOf, rootFieldsOf, typeOf } from './schema-elements.ts'

const mend =
  'Return a `…Payload` with `userErrors: [X!]!`, where X has `code: <Enum>!`, `message: String!` and `field: [String!]`.'

export const payloadUserErrors: Rule = {
  name: 'payload-user-errors',
  description:
    'A mutation returns a payload with `userErrors`: what the shopper can mend is data with a code, a message and the field that it is about.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const mutation of rootFieldsOf(subgraph, 'mutation')) {
        const payload = namedTypeOf(mutation)
        const problem = (message: string, element: Problem['element'] = mutation): Problem => ({
          subgraph,
          element,
          message,
          mend,
        })
        if (!isObjectType(payload) || !payload.name.endsWith('Payload')) {
          yield problem(`${mutation.coordinate} returns \`${mutation.type}\`, which is not a payload.`)
          continue
        }
        const userErrors = payload.field('userErrors')
        if (!userErrors) {
          yield problem(`${payload.name} has no \`userErrors\`.`, payload)
          continue
        }
        const userError = namedTypeOf(userErrors)
        if (String(typeOf(userErrors)) !== `[${userError}!]!`) {
          yield problem(
            `${userErrors.coordinate} is \`${userErrors.type}\`, not \`[${userError}!]!\`.`,
            userErrors,
          )
        }
        const wrong = shapeProblem(userError)
        if (wrong) yield problem(wrong, userError)
      }
    }
  },
}

function shapeProblem(userError: NamedType): string | null {
  if (!isObjectType(userError)) return `${userError} is not an object type.`
  const [code, message, field] = ['code', 'message', 'field'].map((name) => userError.field(name))
  if (!code || !isEnumType(namedTypeOf(code)) || String(code.type) !== `${namedTypeOf(code)}!`) {
    return `${userError}.code is ${code ? `\`${code.type}\`` : 'missing'}, not an enum with \`!\`.`
  }
  if (String(message?.type) !== 'String!') {
    return `${userError}.message is ${message ? `\`${message.type}\`` : 'missing'}, not \`String!\`.`
  }
  if (String(field?.type) !== '[String!]') {
    return `${userError}.field is ${field ? `\`${field.type}\`` : 'missing'}, not \`[String!]\`.`
  }
  return null
}

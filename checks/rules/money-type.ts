import { isScalarType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { fieldsOf, namedTypeOf, outputTypesOf } from './schema-elements.ts'

const moneyFields = new Map([
  ['amount', 'Int!'],
  ['currency', 'CurrencyCode!'],
])
const namesOfMoney = /(^|[a-z])(price|amount|cost|subtotal|total|tax|discount|fee)$/i

export const moneyType: Rule = {
  name: 'money-type',
  description:
    'Money is `Money { amount: Int!, currency: CurrencyCode! }`, in whole minor units with an ISO 4217 code: a bare number does not say of what.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const type of outputTypesOf(subgraph)) {
        if (type.name === 'Money') {
          const shape = fieldsOf(subgraph, type).map(({ name, type }) => `${name}: ${type}`)
          const wanted = [...moneyFields].map(([name, type]) => `${name}: ${type}`)
          if (shape.toSorted().join() === wanted.toSorted().join()) continue
          yield {
            subgraph,
            element: type,
            message: `Money is \`{ ${shape.join(', ')} }\`.`,
            mend: `Make it \`{ ${wanted.join(', ')} }\`.`,
          }
          continue
        }
        for (const field of fieldsOf(subgraph, type)) {
          if (!namesOfMoney.test(field.name) || !isScalarType(namedTypeOf(field))) continue
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} is \`${field.type}\`, which does not say in which currency.`,
            mend: 'Make it `Money`. If it is no amount of money, give it a name that does not sound like one.',
          }
        }
      }
    }
  },
}

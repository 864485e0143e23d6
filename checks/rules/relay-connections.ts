import { isObjectType, type ObjectType, type Subgraph } from '@apollo/federation-internals'
import type { Problem, Rule } from './rule.ts'
import { itemTypeOf, namedTypeOf, outputFieldsOf, outputTypesOf, typeOf } from './schema-elements.ts'

export const isConnection = (type: { name: string }): boolean => type.name.endsWith('Connection')

export const relayConnections: Rule = {
  name: 'relay-connections',
  description:
    'A list that goes on is a Relay connection (https://relay.dev/graphql/connections.htm) with `nodes` beside `edges`, paged by `first` and `after`.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const type of outputTypesOf(subgraph)) {
        if (isConnection(type) && isObjectType(type)) yield* checkShape(subgraph, type)
      }
      for (const field of outputFieldsOf(subgraph)) {
        if (!isConnection(namedTypeOf(field))) continue
        const first = field.argument('first')
        if (String(first?.type) !== 'Int!' || first?.defaultValue === undefined) {
          yield {
            subgraph,
            element: first ?? field,
            message: `${field.coordinate} is a connection, and its \`first\` is ${first ? `\`${first.type}\` without a default` : 'missing'}.`,
            mend: 'Give it `first: Int! = 20`, or another default.',
          }
        }
        const after = field.argument('after')
        if (String(after?.type) === 'String') continue
        yield {
          subgraph,
          element: after ?? field,
          message: `${field.coordinate} is a connection, and its \`after\` is ${after ? `\`${after.type}\`` : 'missing'}.`,
          mend: 'Give it `after: String`.',
        }
      }
    }
  },
}

function* checkShape(subgraph: Subgraph, connection: ObjectType): Iterable<Problem> {
  const edges = connection.field('edges')
  const edge = edges && namedTypeOf(edges)
  const expected = [
    {
      type: connection,
      name: 'edges',
      wanted: `[${edge ?? `${connection.name.replace(/Connection$/, 'Edge')}`}!]!`,
    },
    { type: connection, name: 'pageInfo', wanted: 'PageInfo!' },
    ...(edge && isObjectType(edge) ? [{ type: edge, name: 'cursor', wanted: 'String!' }] : []),
  ]
  for (const { type, name, wanted } of expected) {
    const field = type.field(name)
    if (String(field?.type) === wanted) continue
    yield {
      subgraph,
      element: field ?? type,
      message: `${type}.${name} is ${field ? `\`${field.type}\`` : 'missing'}.`,
      mend: `Give ${type} \`${name}: ${wanted}\`.`,
    }
  }

  const node = edge && isObjectType(edge) ? edge.field('node') : undefined
  if (edge && !node) {
    yield {
      subgraph,
      element: edge,
      message: `${edge}.node is missing.`,
      mend: `Give ${edge} the item as \`node\`.`,
    }
  }
  const nodes = connection.field('nodes')
  const item = nodes && itemTypeOf(typeOf(nodes))
  if (!nodes || !item || (node && String(item) !== String(node.type))) {
    const wanted = node ? `[${node.type}]!` : 'a list of the items'
    yield {
      subgraph,
      element: nodes ?? connection,
      message: `${connection}.nodes is ${nodes ? `\`${nodes.type}\`` : 'missing'}${node ? `, and ${node.coordinate} is \`${node.type}\`` : ''}.`,
      mend: `Give ${connection} \`nodes\`: ${wanted}.`,
    }
  }
}

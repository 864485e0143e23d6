import { GraphQLScalarType } from 'graphql'
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLURL } from 'graphql-scalars'

/** The scalars that several subgraphs declare. A schema gets the resolvers of those that it names. */
export const scalars = {
  DateTime: GraphQLDateTimeISO,
  URL: GraphQLURL,
  JSON: GraphQLJSON,
  Decimal: new GraphQLScalarType({ name: 'Decimal', serialize: String }),
}

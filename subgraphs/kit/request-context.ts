import type { Caller } from './caller.ts'
import type { Services } from './subgraph.ts'

/** What the resolvers of one request share. Whatever is loaded for many is loaded by one statement. */
export interface RequestContext<Client, Loaders> {
  caller: Caller
  prisma: Client
  loaders: Loaders
  /** To be called after a write: a request may have several, and what was loaded for one may be otherwise after the next. */
  forgetLoaded(): void
}

/** The context of a request whose loaders live as long as it does, or until it writes. */
export function createRequestContext<Client, Loaders>(
  { prisma }: Pick<Services<Client>, 'prisma'>,
  caller: Caller,
  createLoaders: (prisma: Client) => Loaders,
): RequestContext<Client, Loaders> {
  return {
    caller,
    prisma,
    loaders: createLoaders(prisma),
    forgetLoaded() {
      this.loaders = createLoaders(prisma)
    },
  }
}

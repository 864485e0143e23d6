import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'

/** Apollo Sandbox in the page itself. Its script comes from Apollo's servers; without internet the page says so. */
export const landingPage = () =>
  ApolloServerPluginLandingPageLocalDefault({ embed: true, includeCookies: false })

import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/** Never in a log, wherever they stand in what is logged. */
const secrets = ['authorization', 'cookie', 'arcade-context', 'token', 'password']

/**
 * A process's logger: one JSON object a line, or lines for people when `LOG_FORMAT` is `pretty`.
 * `LOG_LEVEL` is one of pino's levels, or `silent`.
 */
export function createLogger(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
  stream?: DestinationStream,
): Logger {
  const level = env.LOG_LEVEL || 'info'
  const destination =
    stream ??
    (env.LOG_FORMAT === 'pretty'
      ? pretty({
          sync: true,
          colorize: env.LOG_COLOUR === 'true',
          ignore: 'pid,hostname,name',
          singleLine: true,
          translateTime: 'HH:MM:ss',
        })
      : pino.destination({ sync: false }))
  return pino(
    {
      name,
      level: level in pino.levels.values || level === 'silent' ? level : 'info',
      base: { name },
      redact: {
        paths: secrets.flatMap((key) => [key, `["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
        censor: '(hidden)',
      },
    },
    destination,
  )
}

/** A logger that says nothing, for tests. */
export const silentLogger = (): Logger => pino({ level: 'silent' })

/** What keeps a command from being run. Its message is one line for a person, and says what to do. */
export class LaunchError extends Error {
  name = 'LaunchError'
}
